namespace Sluice.Memory.Tests.Buffers.Ownership;

public sealed class BufferMemoryTests
{
    [Fact]
    [Trait("pitfall", "29")]
    public async Task PinAndClose_UnderChurn_EndEachLifeOnceAndUnpinned()
    {
        const int Lives = 200_000;
        var memory = new Churned();
        var pinners = new Task[3];
        for (int i = 0; i < pinners.Length; i++)
            pinners[i] = Task.Run(() => PinUntilDone(memory));

        for (int i = 0; i < Lives; i++)
        {
            int life = memory.Begin();
            Assert.True(memory.TryClose(life));
            Assert.False(memory.TryClose(life));
            var wait = new SpinWait();
            while (memory.EndedCount == i)
                wait.SpinOnce();
            Assert.Equal(i + 1, memory.EndedCount);
        }

        memory.IsDone = true;
        await Task.WhenAll(pinners);
        Assert.Equal(0, memory.FaultCount);
    }

    [Fact]
    public void TryPin_SoleWriterEndsTheLifeAsItShares_Fails()
    {
        var memory = new Written();
        int life = memory.Begin();

        Assert.False(memory.TryPin(life));
        Assert.Equal(1, memory.SharedCount);
        Assert.True(memory.IsUnused);
    }

    [Fact]
    public void TryClose_SoleWriterEndsTheLifeAsItShares_Fails()
    {
        var memory = new Written();
        int life = memory.Begin();

        Assert.False(memory.TryClose(life));
        Assert.Equal((1, 0), (memory.SharedCount, memory.EndedCount));
    }

    [Fact]
    public void Unpin_WithASoleWriter_SharesBeforeItEndsTheUse()
    {
        var memory = new Written { IsSole = false };
        int life = memory.Begin();
        Assert.True(memory.TryPin(life));
        Assert.True(memory.TryClose(life));
        memory.IsSole = true;

        memory.Unpin();
        Assert.Equal((1, 1), (memory.SharedCount, memory.EndedCount));
        Assert.False(memory.WasUnused);
    }

    [Fact]
    public void Steps_NoSoleWriter_ShareNothing()
    {
        var memory = new Written { IsSole = false };
        int life = memory.Begin();

        Assert.True(memory.TryPin(life));
        memory.Unpin();
        Assert.True(memory.TryClose(life));
        Assert.Equal((0, 1), (memory.SharedCount, memory.EndedCount));
    }

    [Fact]
    public void TryEndAlone_OfThisLife_EndsItAndTellsNobody()
    {
        var memory = new Written();
        int life = memory.Begin();

        Assert.True(memory.TryEndAsSole(life));
        Assert.False(memory.IsCurrent(life));
        Assert.True(memory.IsUnused);
        Assert.Equal((0, 0), (memory.SharedCount, memory.EndedCount));
    }

    [Fact]
    public void TryEndAlone_OfAnotherLife_ChangesNothing()
    {
        var memory = new Written();
        int life = memory.Begin();

        Assert.False(memory.TryEndAsSole(life + 1));
        Assert.False(memory.TryEndAsSole(life - 1));
        Assert.True(memory.IsCurrent(life));
        Assert.False(memory.IsUnused);
    }

    [Fact]
    public void TryEndAlone_Pinned_ChangesNothing()
    {
        var memory = new Written { IsSole = false };
        int life = memory.Begin();
        Assert.True(memory.TryPin(life));

        Assert.False(memory.TryEndAsSole(life));
        Assert.True(memory.IsCurrent(life));
        memory.Unpin();
        Assert.True(memory.TryEndAsSole(life));
    }

    [Fact]
    public void TryEnd_OfAnotherLife_IsNotTheEndOfItsUse()
    {
        var memory = new Written { IsSole = false };
        int life = memory.Begin();

        Assert.Equal((false, false), memory.End(life + 1));
        Assert.True(memory.IsCurrent(life));
        Assert.Equal((true, true), memory.End(life));
        Assert.Equal((false, false), memory.End(life));
    }

    private static void PinUntilDone(Churned memory)
    {
        while (!memory.IsDone)
        {
            if (!memory.TryPin(memory.Generation))
                continue;
            if (memory.IsUnused)
                memory.Fault();
            memory.Unpin();
        }
    }

    private sealed class Churned : BufferMemory
    {
        private int _endedCount;
        private int _faultCount;
        private volatile bool _isDone;

        public int EndedCount => Volatile.Read(ref _endedCount);

        public int FaultCount => Volatile.Read(ref _faultCount);

        public bool IsDone
        {
            get => _isDone;
            set => _isDone = value;
        }

        public int Begin() => Open();

        public void Fault() => Interlocked.Increment(ref _faultCount);

        protected override void OnUnused()
        {
            if (!IsUnused)
                Fault();
            Interlocked.Increment(ref _endedCount);
        }
    }

    /// <summary>Has a sole writer, who ends the life just before the word is shared.</summary>
    private sealed class Written : BufferMemory
    {
        private int _life;

        public Written() => IsSole = true;

        public bool IsSole
        {
            get => HasSoleWriter;
            set => HasSoleWriter = value;
        }

        public int SharedCount { get; private set; }

        public int EndedCount { get; private set; }

        /// <summary>When the word was shared.</summary>
        public bool WasUnused { get; private set; }

        public int Begin() => _life = Open();

        public bool TryEndAsSole(int generation) => TryEndAlone(generation);

        public (bool HasEnded, bool IsUnused) End(int generation)
        {
            bool hasEnded = TryEnd(generation, out bool isUnused);
            return (hasEnded, isUnused);
        }

        protected override void ShareWord()
        {
            SharedCount++;
            WasUnused = IsUnused;
            HasSoleWriter = false;
            TryEndAlone(_life);
        }

        protected override void OnUnused() => EndedCount++;
    }
}
