using System.Globalization;
using Sluice.Tool.Soak.Load;
using Sluice.Tool.Soak.Watching;

namespace Sluice.Tool.Soak.Verdict;

/// <summary>The rules that a server must have kept.</summary>
internal static class SoakVerdict
{
    private const double BytesPerMiB = 1024 * 1024;
    private const double SecondsPerHour = 3600;
    private const double NoiseOfLevel = 0.01;
    private const double NoiseMin = BytesPerMiB;

    /// <summary>Applies all rules.</summary>
    public static IReadOnlyList<RuleResult> Judge(SoakEvidence evidence) =>
    [
        Memory(evidence),
        Count(
            "Descriptors: idle after the load no more than before",
            evidence.Before?.Descriptors,
            evidence.After?.Descriptors),
        Count(
            "Threads: idle after the load no more than before",
            evidence.Before?.Threads,
            evidence.After?.Threads),
        Home(evidence),
        RuleResult.Of(
            "No byte is wrong",
            evidence.Corrupted == 0,
            Text($"{evidence.Corrupted:N0} of {evidence.Bytes:N0} bytes")),
        RuleResult.Of(
            "Nothing fails but by the load's own doing",
            evidence.Failures == 0,
            Text($"{evidence.Failures:N0} failures beside {evidence.Requests:N0} requests")),
        Work(evidence.Activities),
        RuleResult.Of(
            "The server reports no error",
            evidence.Errors == 0,
            Text($"{evidence.Errors:N0} lines on standard error")),
        RuleResult.Of(
            "The server ends on SIGTERM, with code 0",
            evidence.ExitCode == 0,
            evidence.ExitCode is { } code ? Text($"code {code}") : "it did not end by itself"),
    ];

    /// <summary>Whether no rule is broken.</summary>
    public static bool IsPassed(IReadOnlyList<RuleResult> rules) =>
        rules.All(static rule => rule.Outcome != RuleOutcome.Failed);

    // The slope counts if it is not zero by chance, and if it adds up to more than the memory
    // moves anyway.
    private static RuleResult Memory(SoakEvidence evidence)
    {
        const string Rule = "Resident memory: no growth beyond noise";
        var trend = Trend.Fit(
        [
            .. evidence.Samples.Where(s => s.Seconds >= evidence.WarmUpSeconds)
                .Select(static s => (s.Seconds, (double)s.Resident)),
        ]);
        if (trend is null || trend.Seconds < evidence.TrendSecondsMin)
        {
            return new RuleResult(
                Rule, RuleOutcome.NotJudged, "too little time after the warm-up");
        }

        double noise = Math.Max(
            Math.Max(NoiseMin, NoiseOfLevel * trend.Level), trend.Spread);
        bool grows = trend.SlopeMin > 0 && trend.Growth > noise;
        return RuleResult.Of(Rule, !grows, Describe(trend, noise));
    }

    private static string Describe(Trend trend, double noise)
    {
        static double PerHour(double slope) => slope * SecondsPerHour / BytesPerMiB;
        return Text($"{PerHour(trend.Slope):+0.00;-0.00} MiB an hour ")
            + Text($"({PerHour(trend.SlopeMin):+0.00;-0.00} to ")
            + Text($"{PerHour(trend.SlopeMax):+0.00;-0.00}): ")
            + Text($"{trend.Growth / BytesPerMiB:+0.00;-0.00} MiB in {trend.Seconds:N0} s ")
            + Text($"at {trend.Level / BytesPerMiB:N1} MiB, noise {noise / BytesPerMiB:N2} MiB");
    }

    private static RuleResult Count(string rule, int? before, int? after) =>
        before is null || after is null
            ? new RuleResult(rule, RuleOutcome.Failed, "the server was gone")
            : RuleResult.Of(rule, after <= before, Text($"{before} before, {after} after"));

    private static RuleResult Home(SoakEvidence evidence)
    {
        const string Rule = "Connections, receive buffers and operations all come home";
        if (evidence.Before is not { } before || evidence.After is not { } after)
            return new RuleResult(Rule, RuleOutcome.Failed, "the server was gone");
        if (!evidence.HasFigures)
            return new RuleResult(Rule, RuleOutcome.NotJudged, "the server has no such figures");
        return RuleResult.Of(
            Rule,
            after.Connections == 0 && after.RingHeld == 0
                && after.Operations <= before.Operations,
            Text($"{after.Connections} connections, {after.RingHeld} buffers, ")
            + Text($"{after.Operations} operations ({before.Operations} before)"));
    }

    // A load that does nothing would pass for good.
    private static RuleResult Work(IReadOnlyList<ActivityReport> activities)
    {
        string[] never =
            [.. activities.Where(static a => a.Completed == 0).Select(static a => a.Name)];
        return RuleResult.Of(
            "Every activity of the load was completed",
            activities.Count > 0 && never.Length == 0,
            never.Length == 0
                ? Text($"{activities.Sum(static a => a.Completed):N0} of ")
                    + Text($"{activities.Count} kinds")
                : $"never: {string.Join(", ", never)}");
    }

    private static string Text(FormattableString text) =>
        text.ToString(CultureInfo.InvariantCulture);
}
