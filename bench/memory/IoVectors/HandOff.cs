using System.Diagnostics;

namespace Sluice.Memory.Bench.IoVectors;

/// <summary>
/// One thread allocates Shared vectors, 256 at a time; another releases them. Four batches are
/// under way at most.
/// </summary>
internal static class HandOff
{
    public const int BatchCount = 256;
    private const int Slots = 4;

    /// <summary>Nanoseconds per vector, from allocation to release.</summary>
    public static double Run(IoHeap heap, int batches)
    {
        var vectors = new IoVector[Slots][];
        for (int i = 0; i < Slots; i++)
            vectors[i] = new IoVector[BatchCount];
        int[] full = new int[Slots * 32];

        var releaser = new Thread(() => Release(vectors, full, batches));
        releaser.Start();
        long start = Stopwatch.GetTimestamp();
        for (int batch = 0; batch < batches; batch++)
        {
            int slot = batch % Slots;
            WaitFor(ref full[slot * 32], 0);
            foreach (ref IoVector vector in vectors[slot].AsSpan())
                heap.TryAllocate(4096, out vector, IoVectorSharing.Shared);
            Volatile.Write(ref full[slot * 32], 1);
        }

        releaser.Join();
        double ns = Stopwatch.GetElapsedTime(start).TotalNanoseconds;
        heap.Collect();
        return ns / ((double)batches * BatchCount);
    }

    private static void Release(IoVector[][] vectors, int[] full, int batches)
    {
        for (int batch = 0; batch < batches; batch++)
        {
            int slot = batch % Slots;
            WaitFor(ref full[slot * 32], 1);
            IoVector.ReleaseAll(vectors[slot]);
            Volatile.Write(ref full[slot * 32], 0);
        }
    }

    private static void WaitFor(ref int state, int value)
    {
        var spin = default(SpinWait);
        while (Volatile.Read(ref state) != value)
            spin.SpinOnce(sleep1Threshold: -1);
    }
}
