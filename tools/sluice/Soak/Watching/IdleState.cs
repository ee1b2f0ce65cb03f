namespace Sluice.Tool.Soak.Watching;

/// <summary>What a server has that nobody uses.</summary>
/// <param name="Descriptors">The fewest while it was idle.</param>
/// <param name="Threads">The fewest while it was idle.</param>
/// <param name="Resident">Bytes of resident memory, the least while it was idle.</param>
/// <param name="Connections">That Sluice has open.</param>
/// <param name="RingHeld">Receive buffers that readers hold.</param>
/// <param name="Operations">Operations of the rings in flight.</param>
internal sealed record IdleState(
    int Descriptors, int Threads, long Resident, long Connections, long RingHeld, long Operations)
{
    /// <summary>What a sample says, seen alone.</summary>
    public static IdleState Of(SoakSample sample) => new(
        sample.Descriptors,
        sample.Threads,
        sample.Resident,
        sample.ServerConnections,
        sample.RingHeld,
        sample.Operations);

    /// <summary>What is known after another look: of counts that waver the least.</summary>
    public IdleState Then(IdleState next) => next with
    {
        Descriptors = Math.Min(Descriptors, next.Descriptors),
        Threads = Math.Min(Threads, next.Threads),
        Resident = Math.Min(Resident, next.Resident),
    };

    /// <summary>Whether it has no more than another state, memory apart.</summary>
    public bool IsWithin(IdleState other) =>
        Descriptors <= other.Descriptors
        && Threads <= other.Threads
        && Connections <= other.Connections
        && RingHeld <= other.RingHeld
        && Operations <= other.Operations;
}
