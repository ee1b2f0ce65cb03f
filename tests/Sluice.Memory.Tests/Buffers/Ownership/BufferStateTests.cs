namespace Sluice.Memory.Tests.Buffers.Ownership;

/// <summary>
/// The steps of <see cref="BufferState"/> in every order of two or three threads, with the
/// compare-and-swap loops that <see cref="BufferMemory"/> makes of them.
/// </summary>
public sealed class BufferStateTests
{
    [Fact]
    [Trait("pitfall", "29")]
    public void Pin_AgainstACloseAndTheNextLife_HoldsOrFails()
    {
        int orders = Interleavings.RunAll(static () =>
        {
            var memory = new Model();
            int life = memory.OpenNow();
            return (
                [memory.CloseAndTakeAgain(life), memory.PinAndUnpin(life)],
                memory.CheckAtRest);
        });

        Assert.True(orders > 20, $"{orders} orders");
    }

    [Fact]
    [Trait("pitfall", "29")]
    public void Close_TwiceAtOnce_EndsOnceAndNeverTheNextLife()
    {
        int orders = Interleavings.RunAll(static () =>
        {
            var memory = new Model();
            int life = memory.OpenNow();
            return (
                [memory.CloseAndTakeAgain(life), memory.Close(life), memory.Close(life)],
                memory.CheckAtRest);
        });

        Assert.True(orders > 100, $"{orders} orders");
    }

    [Fact]
    [Trait("pitfall", "29")]
    public void Pins_OfTwoThreadsAgainstAClose_HoldOrFail()
    {
        int orders = Interleavings.RunAll(static () =>
        {
            var memory = new Model();
            int life = memory.OpenNow();
            return (
                [
                    memory.CloseAndTakeAgain(life),
                    memory.PinAndUnpin(life),
                    memory.PinAndUnpin(life),
                ],
                memory.CheckAtRest);
        });

        Assert.True(orders > 1_000, $"{orders} orders");
    }

    [Fact]
    [Trait("pitfall", "29")]
    public void Pin_AgainstTwoCloses_HoldsOrFails()
    {
        int orders = Interleavings.RunAll(static () =>
        {
            var memory = new Model();
            int life = memory.OpenNow();
            return (
                [
                    memory.CloseAndTakeAgain(life),
                    memory.Close(life),
                    memory.PinAndUnpin(life),
                ],
                memory.CheckAtRest);
        });

        Assert.True(orders > 1_000, $"{orders} orders");
    }

    [Fact]
    public void Open_AfterTheLastGeneration_LeavesOutZero()
    {
        Assert.True(BufferState.TryClose(BufferState.Opened(-1), -1, out long closed));

        Assert.Equal(1, BufferState.Generation(BufferState.Open(closed)));
        Assert.True(BufferState.IsUnused(closed));
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(int.MaxValue, int.MinValue)]
    [InlineData(-2, -1)]
    public void Closed_AnyGeneration_IsOfTheNext(int generation, int next) =>
        Assert.Equal(next, BufferState.Generation(BufferState.Closed(generation)));

    [Fact]
    public void Close_OfWhatIsClosed_IsRefused()
    {
        Assert.False(BufferState.TryClose(BufferState.Closed(6), 7, out _));
        Assert.False(BufferState.TryClose(
            BufferState.NoGeneration, BufferState.NoGeneration, out _));
    }

    [Fact]
    public void Unpin_WithoutAPin_IsRefused()
    {
        Assert.False(BufferState.TryUnpin(BufferState.Opened(7), out _));
        Assert.False(BufferState.TryUnpin(BufferState.Initial, out _));
    }

    /// <summary>Memory of a pool with one place, and what must hold of it.</summary>
    private sealed class Model
    {
        private long _state = BufferState.Initial;
        private bool _isIdle;
        private int _openLife;
        private int _holders;
        private int _endedCount;
        private int _openedCount;

        public int OpenNow()
        {
            _state = BufferState.Open(_state);
            _openedCount++;
            _openLife = BufferState.Generation(_state);
            return _openLife;
        }

        public void CheckAtRest()
        {
            Assert.True(BufferState.IsUnused(_state));
            Assert.True(_isIdle);
            Assert.Equal(_openedCount, _endedCount);
        }

        // The owner returns, rents again if the memory has come back, and returns that.
        public IEnumerator<int> CloseAndTakeAgain(int life)
        {
            IEnumerator<int> close = Close(life);
            while (close.MoveNext())
                yield return 0;

            if (!_isIdle)
                yield break;
            _isIdle = false;
            yield return 1;
            int next = OpenNow();
            Assert.NotEqual(life, next);
            yield return 2;
            close = Close(next);
            while (close.MoveNext())
                yield return 3;
            Assert.NotEqual(next, _openLife);
        }

        public IEnumerator<int> Close(int life)
        {
            long state = BufferState.Opened(life);
            while (BufferState.TryClose(state, life, out long next))
            {
                long seen = Swap(next, state);
                if (seen == state)
                {
                    Assert.Equal(_openLife, life);
                    _openLife = 0;
                    yield return 0;
                    if (BufferState.IsUnused(next))
                        OnUnused();
                    yield break;
                }

                state = seen;
                yield return 1;
            }
        }

        public IEnumerator<int> PinAndUnpin(int life)
        {
            bool isPinned = false;
            long state = _state;
            yield return 0;
            while (!isPinned && BufferState.TryPin(state, life, out long next))
            {
                long seen = Swap(next, state);
                isPinned = seen == state;
                state = seen;
                if (isPinned)
                {
                    // A pin is of an open life, and from here on nobody gets the memory.
                    Assert.Equal(life, _openLife);
                    _holders++;
                }

                yield return 1;
            }

            if (!isPinned)
                yield break;

            Assert.True(_openLife == 0 || _openLife == life);
            IEnumerator<int> unpin = Unpin();
            while (unpin.MoveNext())
                yield return 3;
        }

        private IEnumerator<int> Unpin()
        {
            _holders--;
            long state = _state;
            yield return 0;
            while (true)
            {
                Assert.True(BufferState.TryUnpin(state, out long next));
                long seen = Swap(next, state);
                if (seen == state)
                {
                    yield return 1;
                    if (BufferState.IsUnused(next))
                        OnUnused();
                    yield break;
                }

                state = seen;
                yield return 2;
            }
        }

        private void OnUnused()
        {
            Assert.Equal(0, _holders);
            Assert.Equal(0, _openLife);
            Assert.False(_isIdle);
            _endedCount++;
            _isIdle = true;
        }

        private long Swap(long next, long expected)
        {
            long seen = _state;
            if (seen == expected)
                _state = next;
            return seen;
        }
    }
}
