namespace Sluice.Tool.Bench.Report;

/// <summary>A bar of a plot.</summary>
internal sealed record ChartBar(string Label, double Value, string Colour);
