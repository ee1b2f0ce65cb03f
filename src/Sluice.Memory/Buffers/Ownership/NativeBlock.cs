using System.Diagnostics.CodeAnalysis;

namespace Sluice.Memory;

/// <summary>
/// The life of a piece of native memory. It frees what nobody disposed, and reports it.
/// </summary>
/// <remarks>
/// Objects with a finalizer are expensive to make (more than a <c>malloc</c>), so they are used
/// again: <see cref="NativeBlockCache"/> keeps those that nobody uses, and small memory with them.
/// </remarks>
internal sealed class NativeBlock : BufferMemory
{
    // Null for memory of the C heap: the usual case costs no store of a reference.
    private NativeSource? _source;
    private object? _cookie;
    private string? _stack;
    private nint _origin;
    private nuint _padding;
    private bool _isHeld;

#pragma warning disable MA0055 // The backstop for memory that nobody disposed is the point of it.
    ~NativeBlock()
#pragma warning restore MA0055
    {
        // Pins refer to this object: whoever still uses the memory keeps it from here.
        if (!_isHeld)
        {
            FreeKept();
            return;
        }

        BufferLeaks.Report(Size, _stack);
        try
        {
            if (_source is null)
                FreeKept();
            else
                _source.Free(new NativeAllocation(Address, Size, _origin, _cookie));
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // The release is the caller's code; what it throws here would end the process.
            BufferLeaks.ReportFailedRelease(error);
        }
    }

    /// <summary>Where the memory came from; null for the C heap.</summary>
    public NativeSource? Source => _source;

    public nint Address { get; private set; }

    public nuint Size { get; private set; }

    /// <summary>Bytes of the C heap that the block has, used or kept; 0 if it has none.</summary>
    public nuint Capacity { get; private set; }

    /// <summary>The same with what was allocated for an alignment beyond the usual one.</summary>
    public nuint Footprint => Capacity == 0 ? 0 : Capacity + _padding;

    /// <summary>Allocates memory of the C heap, not cleared; with guards when traced.</summary>
    /// <param name="size">Bytes.</param>
    /// <param name="alignment">A power of two.</param>
    /// <returns>A block with an open life.</returns>
    /// <exception cref="OutOfMemoryException">There is not as much.</exception>
    public static NativeBlock Allocate(nuint size, nuint alignment)
    {
        if (BufferTrace.IsEnabled)
            return Hold(GuardedSource.Instance, GuardedSource.Allocate(size, alignment));

        NativeBlock block = NativeBlockCache.Take();
        if (!block.Fits(size, alignment))
            block.Renew(size, alignment);
        block.Size = size;
        block._isHeld = true;
        block.Open();
        return block;
    }

    /// <summary>Takes over memory; it is this object's to free from now on.</summary>
    /// <param name="source">Where it came from.</param>
    /// <param name="memory">The memory.</param>
    /// <returns>A block with an open life.</returns>
    public static NativeBlock Hold(NativeSource source, in NativeAllocation memory)
    {
        NativeBlock block = NativeBlockCache.Take();
        block.FreeKept();
        block._source = source;
        block._origin = memory.Origin;
        block._cookie = memory.Cookie;
        block.Address = memory.Address;
        block.Size = memory.Size;
        block._isHeld = true;
        if (BufferTrace.IsEnabled)
            block._stack = Environment.StackTrace;
        block.Open();
        return block;
    }

    /// <summary>The object is dropped without memory: its finalizer has nothing to do.</summary>
    [SuppressMessage("Usage", "CA1816", Justification = "It is not dispose that makes it idle.")]
    public void Forget() => GC.SuppressFinalize(this);

    /// <summary>Frees the memory of the C heap that the block has, if it has any.</summary>
    public void FreeKept()
    {
        if (Capacity == 0)
            return;

        Capacity = 0;
        HeapSource.Free(_origin);
    }

    protected override void OnUnused()
    {
        _isHeld = false;
        if (_source is null)
            NativeBlockCache.Put(this);
        else
            FreeOther();
    }

    // Memory that was kept is used again if not more than half of it would be wasted.
    private bool Fits(nuint size, nuint alignment) =>
        Capacity != 0
        && size <= Capacity
        && size >= Capacity / 2
        && alignment <= NativeBuffer.DefaultAlignment;

    private void Renew(nuint size, nuint alignment)
    {
        FreeKept();
        alignment = Math.Max(alignment, NativeBuffer.DefaultAlignment);
        size = Math.Max(size, 1);
        _origin = HeapSource.Allocate(size, alignment);
        Address = HeapSource.Align(_origin, alignment);
        Capacity = size;
        _padding = alignment - NativeBuffer.DefaultAlignment;
    }

    private void FreeOther()
    {
        NativeSource source = _source!;
        var memory = new NativeAllocation(Address, Size, _origin, _cookie);
        _source = null;
        _cookie = null;
        _stack = null;
        NativeBlockCache.Put(this);
        source.Free(memory);
    }
}
