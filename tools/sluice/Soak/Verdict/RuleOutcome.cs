namespace Sluice.Tool.Soak.Verdict;

/// <summary>What a rule came to.</summary>
internal enum RuleOutcome
{
    Passed,
    Failed,

    /// <summary>There is too little to say.</summary>
    NotJudged,
}
