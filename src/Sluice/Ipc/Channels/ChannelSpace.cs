using System.Buffers;
using System.Runtime.Versioning;

namespace Sluice.Ipc.Channels;

/// <summary>A ring as memory; it keeps the addresses, though not what is there.</summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class ChannelSpace(ChannelMemory memory, int lane) : MemoryManager<byte>
{
    // Sound: the addresses are the process's while this refers to them.
    public override Span<byte> GetSpan() =>
        new(memory.Ring(lane), (int)memory.Geometry.Capacity);

    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            (ulong)elementIndex, (ulong)memory.Geometry.Capacity, nameof(elementIndex));
        return new MemoryHandle(memory.Ring(lane) + elementIndex, default, this);
    }

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
