using System.Collections.Concurrent;
using System.Diagnostics;

namespace Sluice.Memory.Stress.Buffers;

/// <summary>
/// Four threads with pools, scopes, native, heap and wrapped memory, under faults.
/// </summary>
internal sealed class BufferStress(StressOptions options, TextWriter output)
{
    private const int Threads = 4;
    private const int Samples = 20;
    private const int SamplesWhileCold = 2;
    private const double GrowthMaxMiB = 32;

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
            double[] resident = Watch(threads);
            stop.Cancel();
            Task.WaitAll(threads);
            EndWhatWasHandedOver();
            return Judge(pools, workers, resident);
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

    // Resident memory at each sample, in MiB.
    private double[] Watch(Task[] threads)
    {
        double[] resident = new double[Samples];
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Samples; i++)
        {
            TimeSpan until = TimeSpan.FromSeconds((double)options.Seconds * (i + 1) / Samples);
            TimeSpan left = until - Stopwatch.GetElapsedTime(start);
            int failed = Task.WaitAny(threads, left > TimeSpan.Zero ? left : TimeSpan.Zero);
            if (failed >= 0)
                threads[failed].Wait();
            resident[i] = ResidentMemory.MeasureMiB();
            output.WriteLine(
                $"{until.TotalSeconds,6:F0} s {_books.OperationCount,14:N0} operations "
                + $"{_books.FailureCount,12:N0} refused {resident[i],8:F1} MiB resident");
        }

        return resident;
    }

    // What is held at a moment goes up and down by 100 MiB; what leaks raises the least as well.
    private bool Judge(BufferPools pools, BufferWorker[] workers, double[] resident)
    {
        double[] warm = resident[SamplesWhileCold..];
        double before = warm[..(warm.Length / 2)].Min();
        double after = warm[(warm.Length / 2)..].Min();
        bool haveScopesEnded = workers.All(static worker => worker.HaveScopesEnded());
        ResidentMemory.CollectGarbage();
        long rented = pools.RentedCount;
        output.WriteLine($"rentals       {pools.RentalCount:N0}, {rented} not back");
        output.WriteLine($"pools         {pools.StrandedCount} pieces stranded in disposed ones");
        output.WriteLine($"wrapped       {_books.WrappedCount} not released");
        output.WriteLine($"lost          {_books.LostCount}, {_books.ReportedCount} reported");
        output.WriteLine($"scopes        {(haveScopesEnded ? "all ended" : "some never ended")}");
        output.WriteLine(
            $"resident      {before:F1} MiB at least in the first half, {after:F1} in the second");
        bool isRight = rented == 0
            && pools.StrandedCount == 0
            && haveScopesEnded
            && _books.WrappedCount == 0
            && _books.LostCount == _books.ReportedCount
            && after - before < GrowthMaxMiB;
        output.WriteLine(isRight ? "PASSED" : "FAILED");
        return isRight;
    }
}
