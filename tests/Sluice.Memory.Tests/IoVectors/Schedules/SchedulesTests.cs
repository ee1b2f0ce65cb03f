using System.Globalization;

namespace Sluice.Memory.Tests.IoVectors.Schedules;

/// <summary>
/// The protocol of references under many orders in which threads take turns. A failing schedule is
/// named by its seed; <c>SLUICE_SEED</c> runs that one alone.
/// </summary>
public sealed unsafe class SchedulesTests
{
    private const int Schedules = 100_000;
    private const int ThreadCount = 3;
    private const int StepsMax = 60;
    private const int ChangesMax = 4;

    // Sixteen blocks of 4 KiB, so that they go round quickly.
    private static readonly IoHeapOptions Options = new() { LimitBytes = 64 * 1024 };

    [Fact]
    [Trait("pitfall", "29")]
    [Trait("pitfall", "33")]
    [Trait("pitfall", "36")]
    public void References_UnderManySchedules_MatchTheLedger() =>
        Run(Schedules, (runner, heap, seed) =>
        {
            var ledger = new VectorLedger();
            var program = new VectorProgram(heap, ledger, seed);
            runner.RunAlone(0, program.Prepare);
            runner.Run(seed, StepsMax, ChangesMax, program.Run);
            runner.RunAlone(0, program.Finish);
        });

    /// <summary>
    /// A defect of the caller, at its worst: two or three threads release one reference at the
    /// same moment. Somebody is told, and the block is free exactly once.
    /// </summary>
    [Fact]
    [Trait("pitfall", "33")]
    public void SameReference_ReleasedByAllThreadsAtOnce_IsDetectedAndFreesTheBlockOnce() =>
        Run(Schedules / 10, (runner, heap, seed) =>
        {
            IoVector vector = default;
            int refused = 0;
            runner.RunAlone(0, () => vector = heap.Allocate(4096, IoVectorSharing.Shared));
            runner.Run(seed, 12, ChangesMax, thread =>
            {
                try
                {
                    ReleaseOnce(vector, isBatch: (seed + thread) % 2 == 0);
                }
                catch (IoVectorException)
                {
                    refused++;
                }
            });
            runner.RunAlone(0, () =>
            {
                refused += CollectAll(heap);
                Assert.InRange(refused, 1, ThreadCount - 1);
                Assert.Equal(0, heap.CountLive());
                AssertAllFreeOnce(heap);
            });
        });

    /// <summary>The same, with that reference in the midst of a batch of each thread's own.
    /// </summary>
    [Fact]
    [Trait("pitfall", "33")]
    public void SameReference_InBatchesOfAllThreads_IsDetectedAndFreesTheBlockOnce() =>
        Run(Schedules / 10, (runner, heap, seed) =>
        {
            IoVector same = default;
            var own = new IoVector[ThreadCount];
            int refused = 0;
            runner.RunAlone(0, () =>
            {
                same = heap.Allocate(4096, IoVectorSharing.Shared);
                foreach (ref IoVector vector in own.AsSpan())
                    vector = heap.Allocate(4096, IoVectorSharing.Shared);
            });
            runner.Run(seed, 12, ChangesMax, thread =>
            {
                var batch = default(ReturnBatch<Scheduled>);
                if (!batch.TryAdd(own[thread].Block, own[thread].Generation))
                    own[thread].Release();
                if (!TryRelease(same, ref batch))
                    refused++;
                batch.Flush();
            });
            runner.RunAlone(0, () =>
            {
                refused += CollectAll(heap);
                Assert.InRange(refused, 1, ThreadCount - 1);
                Assert.Equal(0, heap.CountLive());
                AssertAllFreeOnce(heap);
            });
        });

    private static bool TryRelease(in IoVector vector, ref ReturnBatch<Scheduled> batch)
    {
        try
        {
            if (!batch.TryAdd(vector.Block, vector.Generation))
                BlockCounts<Scheduled>.Release(vector.Block, vector.Generation);
            return true;
        }
        catch (IoVectorException)
        {
            return false;
        }
    }

    private static void ReleaseOnce(in IoVector vector, bool isBatch)
    {
        var batch = default(ReturnBatch<Scheduled>);
        if (isBatch && batch.TryAdd(vector.Block, vector.Generation))
            batch.Flush();
        else
            BlockCounts<Scheduled>.Release(vector.Block, vector.Generation);
    }

    private static int CollectAll(IoHeap heap)
    {
        try
        {
            heap.Collect();
            return 0;
        }
        catch (IoVectorException)
        {
            return 1;
        }
    }

    private static void AssertAllFreeOnce(IoHeap heap)
    {
        var all = new IoVector[16];
        for (int index = 0; index < all.Length; index++)
            Assert.True(heap.TryAllocate(4096, out all[index]));
        Assert.False(heap.TryAllocate(4096, out _));
        Assert.Equal(all.Length, all.Select(vector => vector.Address).Distinct().Count());
        IoVector.ReleaseAll(all);
    }

    private static void Run(int count, Action<ScheduleRunner, IoHeap, int> schedule)
    {
        Assert.SkipWhen(IoVectorTrace.IsEnabled, "Tracing puts each operation under a lock.");
        string? only = Environment.GetEnvironmentVariable("SLUICE_SEED");
        int first = only is null ? 1 : int.Parse(only, CultureInfo.InvariantCulture);
        int last = only is null ? count : first;
        using var runner = new ScheduleRunner(ThreadCount);
        IoHeap? heap = null;
        runner.RunAlone(0, () => heap = new IoHeap(Options));
        for (int seed = first; seed <= last; seed++)
        {
            schedule(runner, heap!, seed);
            if (runner.Failure is { } failure)
                Assert.Fail($"SLUICE_SEED={seed} repeats this: {failure}");
        }

        heap!.Dispose();
    }
}
