namespace Sluice.Testing.Simulation.Files;

/// <summary><c>/dev/zero</c>: as many zeros as are read.</summary>
internal sealed class SimulatedZeros : SimulatedFile
{
    public override uint Events => PollMask.POLLIN | PollMask.POLLOUT;

    protected override void OnReleased()
    {
    }
}
