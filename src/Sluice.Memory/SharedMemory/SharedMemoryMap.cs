namespace Sluice.Memory;

/// <summary>A part of a shared memory object, visible to this process.</summary>
/// <remarks>
/// It belongs to whoever mapped it, outlives the object, and is disposed once; a pin of its memory
/// defers that. Threads and errors are those of <see cref="PlatformBuffer"/>. What other processes
/// write shows at once: a value that is read twice can be two values.
/// </remarks>
public sealed class SharedMemoryMap : INativeMemoryAccess, IDisposable
{
    private readonly SharedMemoryObject _object;
    private readonly NativeAllocation _memory;
    private readonly NativeBuffer _buffer;

    internal SharedMemoryMap(
        SharedMemory owner,
        SharedMemoryObject @object,
        long offset,
        long length,
        SharedMemoryAccess access,
        bool ownsMemory = false)
    {
        _object = @object;
        Access = access;

        // The system maps no bytes nowhere; an empty map is an address that is not used.
        _memory = length == 0
            ? new NativeAllocation(1, 0, 0, null)
            : @object.Map(offset, length, access);
        _buffer = NativeBuffer.Over(
            new SharedMemorySource(owner, length == 0 ? null : @object.Mapper, ownsMemory),
            _memory,
            AllocationZone.SharedMemory);
    }

    /// <summary>What the map is for.</summary>
    public SharedMemoryAccess Access { get; }

    /// <summary>Bytes.</summary>
    /// <exception cref="ObjectDisposedException">The map was disposed.</exception>
    public long Length => (long)_buffer.NativeSize;

    /// <inheritdoc/>
    public nint NativeAddress => _buffer.NativeAddress;

    /// <inheritdoc/>
    public nuint NativeSize => _buffer.NativeSize;

    /// <summary>
    /// The map as a buffer, always the same; it ends with the map. Above
    /// <see cref="int.MaxValue"/> bytes see <see cref="NativeBuffer.Window"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// The map is for reading only, and a write through the buffer would end the process.
    /// </exception>
    public NativeBuffer Buffer
    {
        get
        {
            ThrowIfReadOnly();
            return _buffer;
        }
    }

    /// <summary>A part of a writable map.</summary>
    /// <param name="offset">Of the first byte.</param>
    /// <param name="length">Bytes; with the offset at most <see cref="Length"/>.</param>
    /// <returns>Memory whose span throws after the map was disposed.</returns>
    /// <exception cref="ArgumentOutOfRangeException">It is not within the map.</exception>
    /// <exception cref="InvalidOperationException">The map is for reading only.</exception>
    public Memory<byte> GetMemory(long offset, int length)
    {
        ThrowIfReadOnly();
        return _buffer.Window(offset, length).RemainingMemory;
    }

    /// <summary>A part of the map, to be read.</summary>
    /// <param name="offset">Of the first byte.</param>
    /// <param name="length">Bytes; with the offset at most <see cref="Length"/>.</param>
    /// <returns>Memory whose span throws after the map was disposed.</returns>
    /// <exception cref="ArgumentOutOfRangeException">It is not within the map.</exception>
    public ReadOnlyMemory<byte> GetReadOnlyMemory(long offset, int length) =>
        _buffer.Window(offset, length).RemainingMemory;

    /// <summary>
    /// Writes what was changed to the file behind the object, if there is one. Other maps see
    /// changes without it.
    /// </summary>
    /// <exception cref="SharedMemoryException">The system refused.</exception>
    public void Flush()
    {
        using (_buffer.Pin())
        {
            if (_memory.Size != 0)
                _object.Flush(_memory);
        }
    }

    /// <summary>Tells the system how the map will be used.</summary>
    /// <param name="advice">The hint.</param>
    /// <exception cref="SharedMemoryException">The system refused.</exception>
    public void Advise(SharedMemoryAdvice advice)
    {
        using (_buffer.Pin())
        {
            if (_memory.Size != 0)
                _object.Advise(_memory, advice);
        }
    }

    /// <summary>Ends the map, when no pin is left. Any number of times.</summary>
    public void Dispose() => _buffer.Dispose();

    private void ThrowIfReadOnly()
    {
        if (Access == SharedMemoryAccess.Read)
            throw new InvalidOperationException("The map is for reading only.");
    }
}
