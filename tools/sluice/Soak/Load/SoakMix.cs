namespace Sluice.Tool.Soak.Load;

/// <summary>What clients do with a server of one kind.</summary>
/// <param name="Busy">What those do that keep the server working.</param>
/// <param name="Quiet">What those do that are idle or slow, most of the time.</param>
internal sealed record SoakMix(IReadOnlyList<SoakActivity> Busy, IReadOnlyList<SoakActivity> Quiet)
{
    /// <summary>The shortest: what a burst of connections does.</summary>
    public SoakActivity Short => Busy[0];
}
