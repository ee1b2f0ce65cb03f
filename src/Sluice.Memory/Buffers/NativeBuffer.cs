namespace Sluice.Memory;

/// <summary>
/// A buffer over native memory, whose address the kernel and native code can use.
/// </summary>
/// <remarks>
/// Ownership, threads and errors are those of <see cref="PlatformBuffer"/>. Each thread keeps up to
/// 256 KiB of small memory that was disposed on it for its next allocations. The cursor covers the
/// first <see cref="int.MaxValue"/> bytes; what is larger is read and written through
/// <see cref="Window"/>.
/// </remarks>
public sealed class NativeBuffer : PlatformBuffer, INativeMemoryAccess
{
    /// <summary>Bytes at a multiple of which memory begins by default: a cache line.</summary>
    public const int DefaultAlignment = 64;

    private readonly bool _isShared;

    private NativeBuffer(
        BufferMemory memory, nint address, nuint size, bool isShared, bool isView)
        : base(memory, null, address, (int)Math.Min(size, int.MaxValue), isView) =>
        _isShared = isShared;

    /// <inheritdoc/>
    public override AllocationZone Zone =>
        _isShared ? AllocationZone.SharedMemory : AllocationZone.Direct;

    /// <inheritdoc/>
    public nint NativeAddress => Origin;

    /// <inheritdoc/>
    public nuint NativeSize
    {
        get
        {
            // The cursor covers no more: what is larger is a block of its own.
            int capacity = Capacity;
            return capacity == int.MaxValue && !IsView && Ownership is NativeBlock block
                ? block.Size
                : (nuint)capacity;
        }
    }

    /// <summary>
    /// The object that other processes can map to see the same bytes; null unless the memory is
    /// of <see cref="AllocationZone.SharedMemory"/>. It belongs to the buffer.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The buffer was disposed.</exception>
    public SharedMemory? SharedMemory
    {
        get
        {
            ThrowIfDisposed();
            return ((Ownership as NativeBlock)?.Source as SharedMemorySource)?.Memory;
        }
    }

    /// <summary>Allocates native memory; position 0, limit at the capacity.</summary>
    /// <param name="size">Bytes; zero is a buffer with an address and without room.</param>
    /// <param name="alignment">Bytes, a power of two: the address is a multiple of it.</param>
    /// <returns>A buffer to be disposed. Its memory is not cleared.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A negative size, or an alignment that is no power of two.
    /// </exception>
    /// <exception cref="OutOfMemoryException">There is not as much memory.</exception>
    public static NativeBuffer Allocate(long size, int alignment = DefaultAlignment)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        BufferThrow.IfNoAlignment(alignment);
        NativeBlock block = NativeBlock.Allocate((nuint)size, (nuint)alignment);
        return Over(block, AllocationZone.Direct);
    }

    /// <summary>
    /// A part of the buffer as a buffer of its own, also beyond <see cref="int.MaxValue"/>.
    /// </summary>
    /// <param name="offset">Of the first byte, from the start of the memory.</param>
    /// <param name="length">Bytes; with the offset at most <see cref="NativeSize"/>.</param>
    /// <returns>A slice, as <see cref="PlatformBuffer.Slice()"/> makes it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">It is not within the memory.</exception>
    public NativeBuffer Window(long offset, int length)
    {
        nuint size = NativeSize;
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if ((nuint)offset > size || (nuint)length > size - (nuint)offset)
        {
            throw new ArgumentOutOfRangeException(
                nameof(offset), $"{length} bytes at {offset} are not within {size} bytes.");
        }

        BufferMemory memory = Ownership.ForSlice(Generation);
        return new NativeBuffer(
            memory,
            Origin + (nint)offset,
            (nuint)length,
            _isShared,
            ReferenceEquals(memory, Ownership));
    }

    internal static NativeBuffer AllocateShared(long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        return Sluice.Memory.SharedMemory.Create(size).ToBuffer();
    }

    /// <summary>A buffer that owns memory of a source.</summary>
    internal static NativeBuffer Over(
        NativeSource source,
        in NativeAllocation memory,
        AllocationZone zone = AllocationZone.Direct) =>
        Over(NativeBlock.Hold(source, memory), zone);

    /// <summary>A buffer over memory that a pool gives out.</summary>
    internal static NativeBuffer Over(PooledMemory memory, nint address, int size) =>
        new(memory, address, (nuint)size, isShared: false, isView: false);

    /// <summary>A buffer that owns a block.</summary>
    internal static NativeBuffer Over(NativeBlock block, AllocationZone zone) =>
        new(block, block.Address, block.Size, zone == AllocationZone.SharedMemory, isView: false);

    private protected override PlatformBuffer CreateView(
        BufferMemory memory, nint origin, int length, bool isView) =>
        new NativeBuffer(memory, origin, (nuint)length, _isShared, isView);
}
