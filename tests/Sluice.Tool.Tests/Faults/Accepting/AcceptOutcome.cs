namespace Sluice.Tool.Tests.Faults.Accepting;

/// <summary>What came of a failing accept, as the table says it.</summary>
internal static class AcceptOutcome
{
    public static string Of(bool waits, int lines) => (waits, lines) switch
    {
        (true, 1) => "new ones wait; one line (event 12)",
        (false, 0) => "the next one is served at once; no line",
        _ => throw new InvalidOperationException($"Waits: {waits}, lines: {lines}."),
    };
}
