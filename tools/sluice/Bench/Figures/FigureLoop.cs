namespace Sluice.Tool.Bench.Figures;

/// <summary>Something that is done so many times, by one of those who are compared.</summary>
/// <param name="Contender">Who does it, by name.</param>
/// <param name="Run">Does it as often as it is told.</param>
internal sealed record FigureLoop(string Contender, Action<int> Run);
