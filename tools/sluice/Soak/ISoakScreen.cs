using Sluice.Tool.Soak.Watching;

namespace Sluice.Tool.Soak;

/// <summary>Is told how a soak proceeds. For any thread.</summary>
internal interface ISoakScreen
{
    /// <summary>A server comes to another part of its soak.</summary>
    void OnPhase(SoakServer server, string phase);

    /// <summary>A server was looked at, under load.</summary>
    void OnSample(SoakServer server, SoakSample sample);
}
