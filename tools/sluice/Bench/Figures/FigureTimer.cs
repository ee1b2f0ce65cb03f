using System.Diagnostics;

namespace Sluice.Tool.Bench.Figures;

/// <summary>
/// Times loops that do the same work, by turns in short rounds: what disturbs the machine disturbs
/// all of them.
/// </summary>
internal static class FigureTimer
{
    private const int WarmUpTimes = 64;
    private const int WarmUpCalls = 100;
    private const int RoundsMin = 11;
    private static readonly TimeSpan Round = TimeSpan.FromMicroseconds(200);
    private static readonly TimeSpan WarmUpStep = TimeSpan.FromMilliseconds(100);

    /// <summary>The medians, in nanoseconds for each time, by contender.</summary>
    /// <param name="loops">What is compared.</param>
    /// <param name="time">How long to measure, in all.</param>
    public static Dictionary<string, double> Measure(
        IReadOnlyList<FigureLoop> loops, TimeSpan time)
    {
        WarmUp(loops);
        int[] counts = [.. loops.Select(Calibrate)];
        List<double>[] times = [.. loops.Select(static _ => new List<double>())];
        long start = Stopwatch.GetTimestamp();
        for (int round = 0;
            round < RoundsMin || Stopwatch.GetElapsedTime(start) < time;
            round++)
        {
            for (int i = 0; i < loops.Count; i++)
            {
                // What the caches hold of the one before is not this one's to pay.
                loops[i].Run(counts[i]);
                times[i].Add(Time(loops[i], counts[i]));
            }
        }

        return loops.Select((loop, i) => (loop.Contender, Median: Median(times[i])))
            .ToDictionary(static figure => figure.Contender, static figure => figure.Median);
    }

    // Calls count, not turns of a loop: code that was replaced inside its loop is slower for good.
    // What is called often is compiled anew on another thread, which needs the processor, too.
    private static void WarmUp(IReadOnlyList<FigureLoop> loops)
    {
        for (int phase = 0; phase < 3; phase++)
        {
            for (int call = 0; call < WarmUpCalls; call++)
            {
                foreach (FigureLoop loop in loops)
                    loop.Run(WarmUpTimes);
            }

            Thread.Sleep(WarmUpStep);
        }
    }

    private static int Calibrate(FigureLoop loop)
    {
        const int Times = WarmUpTimes * 16;
        double each = Math.Max(Time(loop, Times), 0.1);
        return Math.Max((int)(Round.TotalNanoseconds / each), WarmUpTimes);
    }

    private static double Time(FigureLoop loop, int times)
    {
        long start = Stopwatch.GetTimestamp();
        loop.Run(times);
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / times;
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }
}
