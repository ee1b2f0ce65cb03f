namespace Sluice.Tool.Soak.Verdict;

/// <summary>A rule, and whether it was kept.</summary>
/// <param name="Rule">What must be.</param>
/// <param name="Outcome">Whether it is.</param>
/// <param name="Text">The figures that say so.</param>
internal sealed record RuleResult(string Rule, RuleOutcome Outcome, string Text)
{
    public static RuleResult Of(string rule, bool isKept, string text) =>
        new(rule, isKept ? RuleOutcome.Passed : RuleOutcome.Failed, text);
}
