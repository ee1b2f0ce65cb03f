using System.Runtime.InteropServices;

namespace Sluice.Ipc.HandOver;

/// <summary>What travels for a block: where it lies, and the ticket that brings it back.</summary>
/// <remarks>
/// With the header of its record it has 32 bytes. A ticket of <see cref="Forget"/> hands nothing
/// over: the slab is gone, and its number will be another's.
/// </remarks>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct HandOverMessage(
    uint Slab, uint Ticket, uint Offset, uint Length, ulong Tag)
{
    public const int Size = 24;
    public const uint Forget = uint.MaxValue;
}
