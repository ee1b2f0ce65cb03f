using System.Diagnostics;

namespace Sluice.Memory.Bench.Buffers;

/// <summary>One line of the figures: a loop, its bar, and what was measured.</summary>
/// <param name="name">What it does.</param>
/// <param name="loop">Does it as often as it is told.</param>
/// <param name="bar">Of the time, as a part of the baseline's; null is without.</param>
internal sealed class BufferFigure(string name, Action<int> loop, double? bar = null)
{
    private const double RoundNs = 200_000;
    private readonly List<double> _times = [];
    private int _count;

    public string Name => name;

    public double? Bar => bar;

    /// <summary>Nanoseconds per operation.</summary>
    public double Time => Median(_times);

    /// <summary>Managed bytes per operation.</summary>
    public double Allocated { get; private set; }

    // Calls count, not turns of a loop: code that was replaced inside its loop is slower for good.
    public void WarmUp() => loop(BufferLoops.Pieces * 4);

    /// <summary>Finds out how often makes a round, and what it allocates.</summary>
    public void Calibrate()
    {
        const int Count = BufferLoops.Pieces * 16;
        loop(Count);
        long before = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        loop(Count);
        double ns = Stopwatch.GetElapsedTime(start).TotalNanoseconds / Count;
        Allocated = (double)(GC.GetAllocatedBytesForCurrentThread() - before) / Count;
        int turns = (int)(RoundNs / ns / BufferLoops.Pieces);
        _count = Math.Max(turns, 1) * BufferLoops.Pieces;
    }

    public void Measure()
    {
        // What the caches hold of the one before is not this one's to pay.
        loop(_count);
        long start = Stopwatch.GetTimestamp();
        loop(_count);
        _times.Add(Stopwatch.GetElapsedTime(start).TotalNanoseconds / _count);
    }

    /// <summary>The median of the ratios of rounds that were taken one after the other.</summary>
    public double Over(BufferFigure baseline) =>
        Median([.. _times.Zip(baseline._times, static (mine, other) => mine / other)]);

    private static double Median(List<double> figures) =>
        figures.Order().ElementAt(figures.Count / 2);
}
