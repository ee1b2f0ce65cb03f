using System.Diagnostics;

namespace Sluice.Tool.Tests.Faults.Peers;

/// <summary>What others do to the server.</summary>
internal abstract class PeerFault(string name) : Fault(name)
{
    // There is no peer yet.
    public override bool MakesSense(FaultPhase phase) => phase != FaultPhase.Start;

    public override ProcessStartInfo Start(string[] command) =>
        throw new InvalidOperationException(Name);
}
