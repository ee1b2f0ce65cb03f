using System.Diagnostics.CodeAnalysis;

namespace Sluice.Memory;

/// <summary>
/// The life of a piece of native memory. It frees what nobody disposed, and reports it.
/// </summary>
/// <remarks>
/// Objects with a finalizer are expensive to make (more than a <c>malloc</c>), so they are used
/// again: <see cref="NativeBlockCache"/> keeps those that have nothing to free.
/// </remarks>
internal sealed class NativeBlock : BufferMemory
{
    // Null for memory of the C heap: the usual case costs no store of a reference.
    private NativeSource? _source;
    private object? _cookie;
    private IMemoryHome? _home;
    private string? _stack;
    private nint _origin;
    private bool _isHeld;

#pragma warning disable MA0055 // The backstop for memory that nobody disposed is the point of it.
    ~NativeBlock()
#pragma warning restore MA0055
    {
        // Pins refer to this object: whoever still uses the memory keeps it from here.
        if (!_isHeld)
            return;

        // What lies idle in a pool that is gone was given back: it is no leak.
        if (!IsUnused)
        {
            BufferLeaks.Report(Size, _stack);
            _home?.OnLost(this);
        }

        try
        {
            if (_source is null)
                HeapSource.Free(_origin);
            else
                _source.Free(new NativeAllocation(Address, Size, _origin, _cookie));
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // The release is the caller's code; what it throws here would end the process.
            BufferLeaks.ReportFailedRelease(error);
        }
    }

    public nint Address { get; private set; }

    public nuint Size { get; private set; }

    public override bool IsReused => _home is not null;

    /// <summary>Allocates memory of the C heap, not cleared.</summary>
    /// <param name="size">Bytes.</param>
    /// <param name="alignment">A power of two.</param>
    /// <returns>A block with an open life.</returns>
    /// <exception cref="OutOfMemoryException">There is not as much.</exception>
    public static NativeBlock Allocate(nuint size, nuint alignment)
    {
        nint origin = HeapSource.Allocate(size, alignment);
        NativeBlock block = NativeBlockCache.Take();
        block._origin = origin;
        block.Address = HeapSource.Align(origin, alignment);
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

    /// <summary>Says who takes the block, instead of freeing it, whenever it is unused.</summary>
    public void BelongTo(IMemoryHome home) => _home = home;

    /// <summary>Begins a new life with the same memory, for its home.</summary>
    /// <returns>The generation of this life.</returns>
    public int Reopen()
    {
        if (BufferTrace.IsEnabled)
            _stack = Environment.StackTrace;
        return Open();
    }

    /// <summary>Frees the memory of a closed block that its home does not want any more.</summary>
    public void Free()
    {
        _isHeld = false;
        nint origin = _origin;
        if (_source is null && _home is null)
        {
            NativeBlockCache.Put(this);
            HeapSource.Free(origin);
        }
        else
        {
            FreeOther();
        }
    }

    /// <summary>The object is dropped without memory: its finalizer has nothing to do.</summary>
    [SuppressMessage("Usage", "CA1816", Justification = "It is not dispose that makes it idle.")]
    public void Forget() => GC.SuppressFinalize(this);

    public override BufferMemory ForSlice(int generation) =>
        _home is null ? this : new HeldMemory(this, generation);

    protected override void OnUnused()
    {
        if (_home is { } home)
            home.TakeBack(this);
        else
            Free();
    }

    private void FreeOther()
    {
        NativeSource? source = _source;
        var memory = new NativeAllocation(Address, Size, _origin, _cookie);
        _source = null;
        _cookie = null;
        _home = null;
        _stack = null;
        NativeBlockCache.Put(this);
        if (source is null)
            HeapSource.Free(memory.Origin);
        else
            source.Free(memory);
    }
}
