using System.Buffers;

namespace Sluice.Memory;

/// <summary>
/// Memory of somebody else's <see cref="MemoryManager{T}"/>, pinned while it is used.
/// </summary>
internal sealed unsafe class PinnedSource : NativeSource
{
    public static readonly PinnedSource Instance = new();

    private PinnedSource()
    {
    }

    public static NativeAllocation Allocate(Memory<byte> memory)
    {
        MemoryHandle pin = memory.Pin();
        var address = (nint)pin.Pointer;
        return new NativeAllocation(address, (nuint)memory.Length, address, pin);
    }

    public override void Free(in NativeAllocation memory) =>
        ((MemoryHandle)memory.Cookie!).Dispose();
}
