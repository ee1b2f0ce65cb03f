namespace Sluice.Tool.Soak.Verdict;

/// <summary>
/// A line through the floor of a figure over time: the median of the slopes between all pairs of
/// points (Theil and Sen), with the bounds that Kendall's statistic gives it. What rises and falls
/// again, as a heap between collections, does not tilt it, and single outliers do not, either.
/// </summary>
/// <param name="Slope">Per second.</param>
/// <param name="SlopeMin">Its lower bound: 99 times of 100 the slope is not below both.</param>
/// <param name="SlopeMax">Its upper bound.</param>
/// <param name="Level">The median of the floor.</param>
/// <param name="Spread">How far the floor moves around the line: 9 of 10 points are within.</param>
/// <param name="Seconds">From the first point to the last one.</param>
internal sealed record Trend(
    double Slope, double SlopeMin, double SlopeMax, double Level, double Spread, double Seconds)
{
    /// <summary>With fewer points nothing is said.</summary>
    public const int PointsMin = 12;

    private const int WindowsMax = 60;

    // 99 of 100 lie between plus and minus so many standard deviations.
    private const double Deviations = 2.576;

    /// <summary>By how much the line rises from end to end.</summary>
    public double Growth => Slope * Seconds;

    /// <summary>Fits the line.</summary>
    /// <param name="values">Times in seconds, in order, and values.</param>
    /// <returns>The line, or null if there are too few values.</returns>
    public static Trend? Fit(IReadOnlyList<(double Seconds, double Value)> values)
    {
        if (values.Count < PointsMin)
            return null;

        (double Seconds, double Value)[] floor = Floor(values);
        double[] slopes = Slopes(floor);
        int points = floor.Length;
        double deviation = Math.Sqrt(points * (points - 1.0) * ((2 * points) + 5) / 18);
        int margin = (int)Math.Ceiling(Deviations * deviation);
        int low = Math.Max(0, (slopes.Length - margin) / 2);
        int high = Math.Min(slopes.Length - 1, (slopes.Length + margin) / 2);
        double slope = Middle(slopes);
        double[] residuals = [.. floor.Select(p => p.Value - (slope * p.Seconds)).Order()];
        int tail = points / 20;
        return new Trend(
            slope,
            slopes[low],
            slopes[high],
            Middle([.. floor.Select(static p => p.Value).Order()]),
            residuals[points - 1 - tail] - residuals[tail],
            floor[^1].Seconds - floor[0].Seconds);
    }

    // The least of each window; a few values are each their own.
    private static (double Seconds, double Value)[] Floor(
        IReadOnlyList<(double Seconds, double Value)> values)
    {
        int window = Math.Max(1, values.Count / WindowsMax);
        return
        [
            .. values.Chunk(window)
                .Where(chunk => chunk.Length == window)
                .Select(static chunk => chunk.MinBy(static v => v.Value)),
        ];
    }

    private static double[] Slopes((double Seconds, double Value)[] points)
    {
        var slopes = new List<double>(points.Length * points.Length / 2);
        for (int i = 0; i < points.Length; i++)
        {
            for (int j = i + 1; j < points.Length; j++)
            {
                double seconds = points[j].Seconds - points[i].Seconds;
                if (seconds > 0)
                    slopes.Add((points[j].Value - points[i].Value) / seconds);
            }
        }

        slopes.Sort();
        return [.. slopes];
    }

    private static double Middle(double[] ordered) =>
        ordered.Length % 2 == 1
            ? ordered[ordered.Length / 2]
            : (ordered[(ordered.Length / 2) - 1] + ordered[ordered.Length / 2]) / 2;
}
