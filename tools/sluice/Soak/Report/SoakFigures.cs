using System.Globalization;
using Sluice.Tool.Soak.Faults;
using Sluice.Tool.Soak.Verdict;

namespace Sluice.Tool.Soak.Report;

/// <summary>What all reports say in the same words.</summary>
internal static class SoakFigures
{
    private const double BytesPerGiB = 1024.0 * 1024 * 1024;

    public static string Verdict(bool isPassed) => isPassed ? "passed" : "failed";

    public static string Word(RuleOutcome outcome) => outcome switch
    {
        RuleOutcome.Passed => "passed",
        RuleOutcome.Failed => "FAILED",
        _ => "not judged",
    };

    /// <summary>The load in one sentence.</summary>
    public static string Load(SoakServerResult server) => string.Create(
        CultureInfo.InvariantCulture,
        $"{server.Seconds:N0} s of load, {server.Connections:N0} connections at a time ")
        + string.Create(
            CultureInfo.InvariantCulture,
            $"({server.Busy:N0} busy), {server.ConnectionsMade:N0} in all; ")
        + string.Create(
            CultureInfo.InvariantCulture,
            $"{server.Requests:N0} requests answered, ")
        + string.Create(
            CultureInfo.InvariantCulture, $"{server.Bytes / BytesPerGiB:N1} GiB checked.");

    /// <summary>The faults in one sentence.</summary>
    public static string Faults(SoakServerResult server) =>
        server.Faults.Count == 0
            ? "No faults."
            : "Faults: " + string.Join(", ", Enum.GetValues<FaultKind>().Select(
                kind => Describe(kind, [.. server.Faults.Where(f => f.Kind == kind)]))) + ".";

    private static string Describe(FaultKind kind, PlannedFault[] faults)
    {
        int amount = faults.Sum(static f => f.Amount);
        FormattableString text = kind switch
        {
            FaultKind.Reset => $"{faults.Length} resets of {amount:N0} connections in all",
            FaultKind.Pause => $"{faults.Length} pauses of {amount:N0} ms in all",
            _ => $"{faults.Length} bursts of {amount:N0} connections in all",
        };
        return text.ToString(CultureInfo.InvariantCulture);
    }
}
