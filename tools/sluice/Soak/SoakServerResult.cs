using Sluice.Tool.Soak.Faults;
using Sluice.Tool.Soak.Load;
using Sluice.Tool.Soak.Verdict;
using Sluice.Tool.Soak.Watching;

namespace Sluice.Tool.Soak;

/// <summary>What one server did, and the verdict.</summary>
internal sealed record SoakServerResult
{
    /// <summary>Of the server.</summary>
    public required string Name { get; init; }

    /// <summary>Of the server.</summary>
    public required string Title { get; init; }

    /// <summary>How long the load was, in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>From where on the trend was looked at, in seconds.</summary>
    public required double WarmUpSeconds { get; init; }

    /// <summary>Clients.</summary>
    public required int Connections { get; init; }

    /// <summary>How many of them were busy ones.</summary>
    public required int Busy { get; init; }

    /// <summary>Connections that were made.</summary>
    public required long ConnectionsMade { get; init; }

    /// <summary>Requests answered.</summary>
    public required long Requests { get; init; }

    /// <summary>Bytes compared.</summary>
    public required long Bytes { get; init; }

    /// <summary>The rules, and whether they were kept.</summary>
    public required IReadOnlyList<RuleResult> Rules { get; init; }

    /// <summary>The idle server before; null if it was gone.</summary>
    public required IdleState? Before { get; init; }

    /// <summary>The idle server after; null if it was gone.</summary>
    public required IdleState? After { get; init; }

    /// <summary>What clients did.</summary>
    public required IReadOnlyList<ActivityReport> Activities { get; init; }

    /// <summary>Faults that were made.</summary>
    public required IReadOnlyList<PlannedFault> Faults { get; init; }

    /// <summary>What went wrong, the first of it.</summary>
    public required IReadOnlyList<SoakIncident> Incidents { get; init; }

    /// <summary>What the server wrote to standard error, the first of it.</summary>
    public required IReadOnlyList<string> ErrorLines { get; init; }

    /// <summary>One for each second.</summary>
    public required IReadOnlyList<SoakSample> Samples { get; init; }

    /// <summary>Whether no rule is broken.</summary>
    public bool IsPassed => SoakVerdict.IsPassed(Rules);
}
