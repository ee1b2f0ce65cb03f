using System.Buffers;

namespace Sluice.Memory;

/// <summary>A buffer's bytes as <see cref="Memory{T}"/>, for one life of the buffer.</summary>
/// <remarks>
/// The memory finds out when it is used that the buffer was disposed; it does not keep it alive
/// beyond a dispose. To hold it, pin it.
/// </remarks>
internal sealed class BufferMemoryManager : MemoryManager<byte>
{
    private readonly PlatformBuffer _buffer;
    private readonly int _generation;

    public BufferMemoryManager(PlatformBuffer buffer)
    {
        _buffer = buffer;
        _generation = buffer.Generation;
    }

    /// <summary>Whether the manager belongs to this life of its buffer.</summary>
    public bool IsOf(int generation) => _generation == generation;

    public override Memory<byte> Memory => CreateMemory(_buffer.Capacity);

    public override Span<byte> GetSpan()
    {
        ThrowIfStale();
        return _buffer.WholeSpan;
    }

    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ThrowIfStale();
        return _buffer.PinWhole(elementIndex);
    }

    // The handle that Pin gave out refers to the memory itself; this is never asked.
    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }

    private void ThrowIfStale()
    {
        if (_buffer.Generation != _generation)
            BufferThrow.Disposed();
    }
}
