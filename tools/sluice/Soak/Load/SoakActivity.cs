namespace Sluice.Tool.Soak.Load;

/// <summary>One thing that a client does with one connection.</summary>
/// <param name="Name">What it is called in a report.</param>
/// <param name="Weight">How often it is drawn, against the others.</param>
/// <param name="RunAsync">
/// Does it once. It fails by an exception; connections that it leaves open are closed.
/// </param>
internal sealed record SoakActivity(string Name, int Weight, Func<SoakTurn, Task> RunAsync);
