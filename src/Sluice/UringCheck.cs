namespace Sluice;

/// <summary>One thing that was tried to find out whether io_uring can be used.</summary>
/// <param name="Name">What was tried: a few words.</param>
/// <param name="Outcome">How it went.</param>
/// <param name="Detail">What was found: a sentence.</param>
/// <param name="Advice">What to change, as a sentence; null if nothing need be.</param>
internal sealed record UringCheck(
    string Name, UringCheckOutcome Outcome, string Detail, string? Advice = null);
