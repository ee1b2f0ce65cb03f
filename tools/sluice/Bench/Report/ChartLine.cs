namespace Sluice.Tool.Bench.Report;

/// <summary>A line of a plot.</summary>
internal sealed record ChartLine(
    string Label, string Colour, IReadOnlyList<(double X, double Y)> Points);
