namespace Sluice.Testing.Simulation.Files;

/// <summary>
/// What a descriptor refers to. It lives as long as a descriptor or an operation in flight holds
/// it: closing the descriptor alone ends neither.
/// </summary>
internal abstract class SimulatedFile
{
    private int _references;

    /// <summary>How often something changed that wakes whoever polls.</summary>
    public ulong Wakes { get; private set; }

    /// <summary>The <c>POLL*</c> events that are true now.</summary>
    public abstract uint Events { get; }

    public void Acquire() => _references++;

    public void Release()
    {
        if (--_references == 0)
            OnReleased();
    }

    public void Wake() => Wakes++;

    /// <summary>Nothing refers to the file any more.</summary>
    protected abstract void OnReleased();
}
