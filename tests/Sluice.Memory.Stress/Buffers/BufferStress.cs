using System.Collections.Concurrent;
using System.Diagnostics;

namespace Sluice.Memory.Stress.Buffers;

/// <summary>
/// Four threads with pools, scopes, native, heap and wrapped memory, under faults.
/// </summary>
internal sealed class BufferStress(StressOptions options, TextWriter output)
{
    private const int Threads = 4;
    private const int Samples = 10;
    private const double GrowthMaxMiB = 64;

    private readonly BufferBooks _books = new();
    private readonly ConcurrentQueue<Holding> _handedOver = new();
    private readonly ConcurrentQueue<PinnedBytes> _handedPins = new();

    /// <summary>Runs it and says how it went.</summary>
    /// <returns>Whether everything was right.</returns>
    public bool Run()
    {
        output.WriteLine($"buffers: {options.Seconds} s, {Threads} threads, seed {options.Seed}");
        BufferLeaks.Found += _books.OnReported;
        using var pools = new BufferPools();
        using var stop = new CancellationTokenSource();
        var workers = new BufferWorker[Threads];
        var threads = new Task[Threads];
        for (int i = 0; i < Threads; i++)
        {
            var worker = new BufferWorker(
                pools, _books, _handedOver, _handedPins, (options.Seed * Threads) + i);
            workers[i] = worker;
            threads[i] = Task.Factory.StartNew(
                () => worker.Run(stop.Token),
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default);
        }

        try
        {
            (double warm, double end) = Watch(threads);
            stop.Cancel();
            Task.WaitAll(threads);
            EndWhatWasHandedOver();
            return Judge(pools, workers, warm, end);
        }
        catch (AggregateException error)
        {
            stop.Cancel();
            output.WriteLine($"FAILED: {error.InnerException}");
            return false;
        }
        finally
        {
            BufferLeaks.Found -= _books.OnReported;
        }
    }

    // A thread that ended early may have left something to one that had ended before.
    private void EndWhatWasHandedOver()
    {
        while (_handedOver.TryDequeue(out Holding? holding))
            _ = holding.End(Random.Shared);
        while (_handedPins.TryDequeue(out PinnedBytes? pin))
            pin.End();
    }

    // Resident memory after the first sample and after the last.
    private (double WarmMiB, double EndMiB) Watch(Task[] threads)
    {
        double warm = 0;
        double last = 0;
        long start = Stopwatch.GetTimestamp();
        for (int i = 1; i <= Samples; i++)
        {
            TimeSpan until = TimeSpan.FromSeconds((double)options.Seconds * i / Samples);
            TimeSpan left = until - Stopwatch.GetElapsedTime(start);
            int failed = Task.WaitAny(threads, left > TimeSpan.Zero ? left : TimeSpan.Zero);
            if (failed >= 0)
                threads[failed].Wait();
            last = ResidentMemory.MeasureMiB();
            warm = i == 1 ? last : warm;
            output.WriteLine(
                $"{until.TotalSeconds,6:F0} s {_books.OperationCount,14:N0} operations "
                + $"{_books.FailureCount,12:N0} refused {last,8:F1} MiB resident");
        }

        return (warm, last);
    }

    private bool Judge(BufferPools pools, BufferWorker[] workers, double warm, double end)
    {
        bool haveScopesEnded = workers.All(static worker => worker.HaveScopesEnded());
        ResidentMemory.CollectGarbage();
        long rented = pools.RentedCount;
        output.WriteLine($"rentals       {pools.RentalCount:N0}, {rented} not back");
        output.WriteLine($"pools         {pools.StrandedCount} pieces stranded in disposed ones");
        output.WriteLine($"wrapped       {_books.WrappedCount} not released");
        output.WriteLine($"lost          {_books.LostCount}, {_books.ReportedCount} reported");
        output.WriteLine($"scopes        {(haveScopesEnded ? "all ended" : "some never ended")}");
        output.WriteLine($"resident      {warm:F1} MiB warm, {end:F1} MiB at the end");
        bool isRight = rented == 0
            && pools.StrandedCount == 0
            && haveScopesEnded
            && _books.WrappedCount == 0
            && _books.LostCount == _books.ReportedCount
            && end - warm < GrowthMaxMiB;
        output.WriteLine(isRight ? "PASSED" : "FAILED");
        return isRight;
    }
}
