namespace Sluice.Memory;

/// <summary>The life of all the memory of a scope: one word for the whole of it.</summary>
/// <remarks>
/// Small pieces are cut from the front of a chunk, large ones are blocks of their own. The blocks
/// have the finalizer that frees and reports a scope that nobody left.
/// </remarks>
internal sealed class RegionMemory : BufferMemory
{
    private const int FirstChunkBytes = 16 << 10;
    private const int LargestChunkBytes = 1 << 20;

    private readonly List<NativeBlock> _blocks = new(1);
    private TaskCompletionSource? _whenUnused;
    private nint _next;
    private nint _end;
    private int _chunkBytes = FirstChunkBytes;
    private bool _isFreed;

    public RegionMemory() => Open();

    /// <summary>Whether the memory is gone: closed, and no pin left.</summary>
    public bool IsFreed => Volatile.Read(ref _isFreed);

    /// <summary>Cuts a piece. One thread at a time; the region is open.</summary>
    /// <param name="size">Bytes.</param>
    /// <param name="alignment">A power of two.</param>
    /// <returns>Its address; the bytes are not cleared.</returns>
    /// <exception cref="OutOfMemoryException">There is not as much.</exception>
    public nint Allocate(nuint size, nuint alignment)
    {
        nint address = HeapSource.Align(_next, alignment);
        if ((nuint)address >= (nuint)_next
            && (nuint)address <= (nuint)_end
            && size <= (nuint)(_end - address)
            && _end != 0
            && !BufferTrace.IsEnabled)
        {
            _next = address + (nint)size;
            return address;
        }

        return AllocateBlock(size, alignment);
    }

    /// <summary>Ends when the memory is gone. The region is closed already.</summary>
    public Task WhenFreed()
    {
        var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        source = Interlocked.CompareExchange(ref _whenUnused, source, null) ?? source;

        // The exchange is a fence: either OnUnused sees the source, or its mark is seen here.
        if (IsFreed)
            source.TrySetResult();
        return source.Task;
    }

    protected override void OnUnused()
    {
        foreach (NativeBlock block in _blocks)
            block.TryClose(block.Generation);
        _blocks.Clear();
        Volatile.Write(ref _isFreed, true);
        Interlocked.MemoryBarrier();
        Volatile.Read(ref _whenUnused)?.TrySetResult();
    }

    private nint AllocateBlock(nuint size, nuint alignment)
    {
        // A chunk must not be wasted on one piece, nor its rest be lost to one.
        bool isLarge = size > (nuint)_chunkBytes / 4
            || alignment > (nuint)_chunkBytes / 4
            || BufferTrace.IsEnabled;
        if (isLarge)
            return Add(size, alignment).Address;

        NativeBlock chunk = Add(
            (nuint)_chunkBytes, Math.Max(alignment, NativeBuffer.DefaultAlignment));
        _next = chunk.Address + (nint)size;
        _end = chunk.Address + _chunkBytes;
        _chunkBytes = Math.Min(_chunkBytes * 2, LargestChunkBytes);
        return chunk.Address;
    }

    private NativeBlock Add(nuint size, nuint alignment)
    {
        // Room first: a block that is in no list would be reported as a leak.
        _blocks.EnsureCapacity(_blocks.Count + 1);
        NativeBlock block = NativeBlock.Allocate(size, alignment);
        _blocks.Add(block);
        return block;
    }
}
