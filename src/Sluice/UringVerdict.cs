namespace Sluice;

/// <summary>Whether io_uring can be used here, and what was tried to find out.</summary>
/// <param name="IsAvailable">Whether no check failed.</param>
/// <param name="Reason">Why, in one sentence that ends with a full stop.</param>
/// <param name="Checks">What was tried, in order. Nothing was tried after a failure.</param>
internal sealed record UringVerdict(
    bool IsAvailable, string Reason, IReadOnlyList<UringCheck> Checks);
