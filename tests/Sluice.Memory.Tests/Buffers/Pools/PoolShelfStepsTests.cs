using Sluice.Memory.Tests.Buffers.Ownership;

namespace Sluice.Memory.Tests.Buffers.Pools;

/// <summary>
/// The end of a rental without atomic operations against one with, in every order, on a processor
/// that holds the stores of the shelf's thread back as long as it likes.
/// </summary>
public sealed class PoolShelfStepsTests
{
    [Fact]
    [Trait("pitfall", "29")]
    public void End_ByTheShelfsThreadAndAnother_EndsOnce()
    {
        int orders = Interleavings.RunAll(static () =>
        {
            var model = new Model();
            return ([model.EndHere(), model.Drain(), model.EndElsewhere()], model.Check);
        });

        Assert.True(orders > 100, $"{orders} orders");
    }

    private sealed class Model
    {
        private readonly Queue<Action> _heldBack = new();
        private IEnumerator<int>? _here;
        private bool _isEnding;
        private bool _isShared;
        private long _state = BufferState.Opened(1);
        private int _endedCount;

        // What PoolShelf.TryEnterEnding and BufferMemory.TryEndAlone do.
        public IEnumerator<int> EndHere() => _here = Here();

        // The processor lets a store out, at any time.
        public IEnumerator<int> Drain()
        {
            for (int i = 0; i < 3; i++)
            {
                if (_heldBack.TryDequeue(out Action? store))
                    store();
                yield return i;
            }
        }

        // What PoolShelves.Share and BufferMemory.TryEnd do.
        public IEnumerator<int> EndElsewhere()
        {
            _isShared = true;
            yield return 0;
            Fence();
            yield return 1;
            while (_isEnding)
            {
                _here!.MoveNext();
                Fence();
            }

            yield return 2;
            Swap();
        }

        public void Check()
        {
            Fence();
            Assert.Equal(1, _endedCount);
            Assert.False(_isEnding);
            Assert.Equal(BufferState.Closed(1), _state);
        }

        private IEnumerator<int> Here()
        {
            _heldBack.Enqueue(() => _isEnding = true);
            yield return 0;
            bool isShared = _isShared;
            yield return 1;
            if (!isShared && _state == BufferState.Opened(1))
            {
                _endedCount++;
                yield return 2;
                _heldBack.Enqueue(() => _state = BufferState.Closed(1));
                yield return 3;
            }

            _heldBack.Enqueue(() => _isEnding = false);
            yield return 4;
            if (isShared)
            {
                // A compare-and-swap lets out all stores before it.
                Fence();
                Swap();
            }
        }

        private void Fence()
        {
            while (_heldBack.TryDequeue(out Action? store))
                store();
        }

        private void Swap()
        {
            if (BufferState.TryClose(_state, 1, out long next))
            {
                _state = next;
                _endedCount++;
            }
        }
    }
}
