using Sluice.Uring;

namespace Sluice.Simulation.Tests.Contract.Sequences;

/// <summary>
/// What a program sees of a completion. The number of an accepted descriptor is left out: it is
/// the kernel's choice.
/// </summary>
internal sealed record Observation(ulong UserData, int Result, CompletionFlags Flags, string Bytes)
{
    public bool HasMore => (Flags & CompletionFlags.More) != 0;

    public bool HasBuffer => (Flags & CompletionFlags.Buffer) != 0;

    public bool HasMoreInBuffer => (Flags & CompletionFlags.BufferMore) != 0;

    public int BufferId => (int)((uint)Flags >> 16);

    public override string ToString() => $"{UserData}: {Result} [{Flags}] {Bytes}";
}
