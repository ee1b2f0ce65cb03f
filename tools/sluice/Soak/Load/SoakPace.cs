namespace Sluice.Tool.Soak.Load;

/// <summary>How slowly something is done.</summary>
/// <param name="Bytes">The most bytes in one step.</param>
/// <param name="Pause">The time before each.</param>
internal sealed record SoakPace(int Bytes, TimeSpan Pause);
