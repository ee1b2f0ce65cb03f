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
}
