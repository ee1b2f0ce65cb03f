namespace Sluice.Tool.Tests.Faults;

/// <summary>What came of a fault, as the table says it. Anything else fails the test.</summary>
internal static class FaultOutcome
{
    /// <summary>Every byte came back, on every connection, old and new.</summary>
    public const string NothingLost = "nothing lost";

    /// <summary>The same, over sockets; the first line says why.</summary>
    public const string OnSockets = "on sockets";

    /// <summary>The server ended with exit code 1 and one sentence.</summary>
    public const string ClearError = "clear error";

    /// <summary>A connection broke, its client was told, and the server goes on.</summary>
    public const string ConnectionFails = "connection fails";

    /// <summary>Nothing happened, because this call is not made in this phase.</summary>
    public const string NotCalled = "not called";

    /// <summary>The fault cannot be in this phase.</summary>
    public const string Senseless = "–";
}
