namespace Sluice.Tool.Soak.Load;

/// <summary>The server did something else than it should have.</summary>
internal sealed class SoakFailureException(string message) : Exception(message);
