namespace Sluice.Tool.Bench;

/// <summary>One kind of load, and the servers that are compared under it.</summary>
/// <param name="Name">What it is called on the command line.</param>
/// <param name="Title">What it is called in a report.</param>
/// <param name="Path">What is requested; raw servers answer any path.</param>
/// <param name="Load">More arguments for <c>sluice load</c>.</param>
/// <param name="Servers">Measured one after the other, in each round.</param>
internal sealed record BenchRow(
    string Name, string Title, string Path, string[] Load, BenchServer[] Servers)
{
    public string Scheme { get; init; } = "http";

    /// <summary>Whether the servers are asked for HTTPS.</summary>
    public bool UsesTls => Scheme == "https";

    /// <summary>
    /// The row whose slowest server says what half of the rate is, or null: as fast as it goes.
    /// </summary>
    public string? HalfRateOf { get; init; }

    /// <summary>Whether resident memory per idle connection is all that is measured.</summary>
    public bool IsIdle { get; init; }

    /// <summary>The number of connections.</summary>
    public int Connections { get; init; } = 64;

    /// <summary>Whether it is in the short selection.</summary>
    public bool IsQuick { get; init; }
}
