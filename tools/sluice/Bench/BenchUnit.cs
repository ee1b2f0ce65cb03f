namespace Sluice.Tool.Bench;

/// <summary>What a figure is in that is not about requests.</summary>
/// <param name="Name">As it is printed.</param>
/// <param name="Format">How many digits.</param>
/// <param name="IsTime">Whether less is better.</param>
internal sealed record BenchUnit(string Name, string Format, bool IsTime)
{
    public static BenchUnit Nanoseconds { get; } = new("ns", "N1", IsTime: true);

    public static BenchUnit MillionsPerSecond { get; } = new("million/s", "N2", IsTime: false);
}
