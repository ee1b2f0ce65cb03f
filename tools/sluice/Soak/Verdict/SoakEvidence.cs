using Sluice.Tool.Soak.Load;
using Sluice.Tool.Soak.Watching;

namespace Sluice.Tool.Soak.Verdict;

/// <summary>All that the verdict on a server is made of.</summary>
internal sealed record SoakEvidence
{
    /// <summary>In order.</summary>
    public required IReadOnlyList<SoakSample> Samples { get; init; }

    /// <summary>Samples before that are not looked at.</summary>
    public double WarmUpSeconds { get; init; }

    /// <summary>If they are of less than that, nothing is said of memory.</summary>
    public double TrendSecondsMin { get; init; }

    /// <summary>The idle server, once warm; null if it was gone.</summary>
    public IdleState? Before { get; init; }

    /// <summary>The idle server after the load; null if it was gone.</summary>
    public IdleState? After { get; init; }

    /// <summary>Whether the server has figures of Sluice.</summary>
    public bool HasFigures { get; init; }

    /// <summary>What the load did, by activity.</summary>
    public required IReadOnlyList<ActivityReport> Activities { get; init; }

    /// <summary>Requests answered.</summary>
    public long Requests { get; init; }

    /// <summary>Bytes compared.</summary>
    public long Bytes { get; init; }

    /// <summary>Wrong bytes.</summary>
    public long Corrupted { get; init; }

    /// <summary>Failures that the load did not cause.</summary>
    public long Failures { get; init; }

    /// <summary>Lines that the server wrote to standard error.</summary>
    public long Errors { get; init; }

    /// <summary>With what the server ended; null if it had to be killed.</summary>
    public int? ExitCode { get; init; }
}
