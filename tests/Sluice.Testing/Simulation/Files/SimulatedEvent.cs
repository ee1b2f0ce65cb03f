namespace Sluice.Testing.Simulation.Files;

/// <summary>An <c>eventfd(2)</c>: a counter that is readable while it is not zero.</summary>
internal sealed class SimulatedEvent : SimulatedFile
{
    private ulong _value;

    public override uint Events =>
        PollMask.POLLOUT | (_value != 0 ? PollMask.POLLIN : 0);

    public void Signal(ulong amount)
    {
        _value += amount;
        Wake();
    }

    /// <summary>Takes the counter, which is zero afterwards.</summary>
    public ulong Take()
    {
        ulong value = _value;
        _value = 0;
        return value;
    }

    protected override void OnReleased()
    {
    }
}
