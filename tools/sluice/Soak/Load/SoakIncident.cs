namespace Sluice.Tool.Soak.Load;

/// <summary>Something that went wrong.</summary>
/// <param name="Seconds">When, since the first connection.</param>
/// <param name="Activity">What was done.</param>
/// <param name="Text">What happened.</param>
internal sealed record SoakIncident(double Seconds, string Activity, string Text);
