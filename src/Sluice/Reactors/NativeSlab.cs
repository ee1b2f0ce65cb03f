using System.Buffers;
using Sluice.Uring.Interop;

namespace Sluice.Reactors;

/// <summary>
/// A piece of native memory, page-aligned, as <see cref="Memory{T}"/>.
/// </summary>
/// <remarks>
/// Soundness: the owner frees it only when it has counted all parts home. There is no finalizer:
/// a span over the memory does not keep this object alive, so freeing by the garbage collector
/// could pull memory from under its reader.
/// </remarks>
internal sealed unsafe class NativeSlab : MemoryManager<byte>
{
    private readonly int _length;
    private void* _address;

    public NativeSlab(int length)
    {
        _length = length;
        _address = (void*)PageMemory.Allocate((nuint)length);
    }

    public nint Address => (nint)_address;

    public override Span<byte> GetSpan() => new(_address, _address == null ? 0 : _length);

    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)elementIndex, (uint)_length);
        return new MemoryHandle((byte*)_address + elementIndex, default, this);
    }

    public override void Unpin()
    {
    }

    /// <summary>Frees the memory now. Nobody may use any part of it after that.</summary>
    public void Free() => ((IDisposable)this).Dispose();

    protected override void Dispose(bool disposing)
    {
        if (_address == null)
            return;

        PageMemory.Free((nint)_address, (nuint)_length);
        _address = null;
    }
}
