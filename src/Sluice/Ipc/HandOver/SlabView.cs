using System.Buffers;
using Sluice.Memory;

namespace Sluice.Ipc.HandOver;

/// <summary>A sender's slab, as the receiver has mapped it.</summary>
/// <remarks>
/// Sound: the object cannot shrink, the map is as long as was checked, and it ends only when no
/// lease is left. Memory that was kept longer is empty then, and throws.
/// </remarks>
internal sealed unsafe class SlabView : MemoryManager<byte>
{
    private readonly SharedMemoryMap _map;
    private readonly byte* _address;

    public SlabView(SharedMemoryMap map)
    {
        _map = map;
        _address = (byte*)map.NativeAddress;
        Length = (int)map.Length;
    }

    public int Length { get; private set; }

    public bool IsWritable => _map.Access == SharedMemoryAccess.ReadWrite;

    /// <summary>Leases given out; written by the thread that receives.</summary>
    public long LeasedCount { get; set; }

    /// <summary>Leases given back; written under the receiver's lock.</summary>
    public long ReleasedCount { get; set; }

    public Span<byte> Part(int offset, int length) => new(_address + offset, length);

    public override Span<byte> GetSpan() => Part(0, Length);

    /// <summary>The memory never moves and nothing is held: hold the lease.</summary>
    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)elementIndex, (uint)Length);
        return new MemoryHandle(_address + elementIndex);
    }

    public override void Unpin()
    {
    }

    public void Unmap()
    {
        Length = 0;
        _map.Dispose();
    }

    protected override void Dispose(bool disposing) => Unmap();
}
