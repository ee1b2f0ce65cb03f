namespace Sluice.Tool.Serving;

/// <summary>What <c>/json</c> answers.</summary>
internal sealed record Greeting(string Message);
