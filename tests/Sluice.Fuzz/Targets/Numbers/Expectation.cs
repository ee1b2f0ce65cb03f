namespace Sluice.Fuzz.Targets.Numbers;

/// <summary>How reading a number or what follows it must go.</summary>
internal enum Expectation
{
    /// <summary>It is there.</summary>
    Read,

    /// <summary>Its end has not arrived.</summary>
    Incomplete,

    /// <summary>It is none.</summary>
    Invalid,
}
