namespace Sluice.Memory;

/// <summary>A buffer over a managed array, or over a part of one.</summary>
/// <remarks>
/// <see cref="PlatformBuffer.Dispose"/> ends its use; the array itself is the garbage collector's.
/// Threads and errors are those of <see cref="PlatformBuffer"/>.
/// </remarks>
public sealed class ByteArrayBuffer : PlatformBuffer, IManagedMemoryAccess
{
    internal ByteArrayBuffer(byte[] array, int offset, int count)
        : base(new ArrayMemory(), array, offset, count, isView: false)
    {
    }

    internal ByteArrayBuffer(BufferMemory memory, byte[] array, nint origin, int count, bool isView)
        : base(memory, array, origin, count, isView)
    {
    }

    /// <inheritdoc/>
    public override AllocationZone Zone => AllocationZone.Heap;

    /// <inheritdoc/>
    public byte[] BackingArray
    {
        get
        {
            ThrowIfDisposed();
            return Array;
        }
    }

    /// <inheritdoc/>
    public int BackingArrayOffset => (int)Origin;

    /// <summary>Allocates an array of zeros; position 0, limit at the size.</summary>
    /// <param name="size">Bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">A negative size.</exception>
    public static ByteArrayBuffer Allocate(int size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        return new ByteArrayBuffer(new byte[size], 0, size);
    }

    private protected override PlatformBuffer CreateView(
        BufferMemory memory, nint origin, int length, bool isView) =>
        new ByteArrayBuffer(memory, Array, origin, length, isView);
}
