namespace Sluice.Tool.Doctor;

/// <summary>One row of what <c>sluice doctor</c> shows.</summary>
/// <param name="Name">What was looked at.</param>
/// <param name="State">What it means.</param>
/// <param name="Detail">What was found.</param>
/// <param name="Advice">What to change; null if nothing need be.</param>
internal sealed record Finding(
    string Name, FindingState State, string Detail, string? Advice = null);
