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

    /// <summary>
    /// What the figures are in, if the row is not about requests but a comparison that
    /// <c>sluice figure</c> makes in a process of its own; then the last contender is what the
    /// others are compared with.
    /// </summary>
    public BenchUnit? Unit { get; init; }

    /// <summary>The length of the file that is requested; 0 if it is none.</summary>
    public int FileLength { get; init; }

    /// <summary>Who is to be beaten; null for the usual one of each kind.</summary>
    public BenchServer? Baseline { get; init; }

    /// <summary>Whether a name on the command line means this row, or a group that it is in.
    /// </summary>
    public bool IsMeantBy(string name) =>
        Name == name || Name.StartsWith(name + "-", StringComparison.Ordinal);

    /// <summary>Whether it is in the short selection.</summary>
    public bool IsQuick { get; init; }
}
