using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Sluice.Memory;

/// <summary>
/// One piece of an <see cref="IoHeap"/>'s memory: page-aligned, never moved, cut into blocks of
/// one size. It is what a registration with the kernel is about: see
/// <see cref="IoHeapOptions.SlabAdded"/>.
/// </summary>
/// <remarks>
/// The heap owns the memory and frees it, after <see cref="IoHeapOptions.SlabRemoved"/> has
/// returned. All members may be read by any thread. A <see cref="Memory{T}"/> of the slab throws
/// <see cref="ObjectDisposedException"/> after that; a <see cref="Span{T}"/>, an address or a
/// <see cref="MemoryHandle"/> that was taken before touches memory that is gone.
/// </remarks>
public sealed unsafe class IoSlab : MemoryManager<byte>
{
    private readonly byte* _address;
    private readonly SharedMemoryMap? _map;
    private GCHandle _self;

    internal IoSlab(byte* address, int length, SlabPages pages, int id)
    {
        _address = address;
        Length = length;
        Pages = pages;
        Id = id;
        _self = GCHandle.Alloc(this);
    }

    internal IoSlab(SharedMemory memory, SharedMemoryMap map, int id)
        : this(
            (byte*)map.NativeAddress,
            (int)map.Length,
            memory.HasHugePages ? SlabPages.HugePool : SlabPages.Base,
            id)
    {
        SharedMemory = memory;
        _map = map;
    }

    /// <summary>The slab's number in its heap. Numbers are not used again.</summary>
    public int Id { get; }

    /// <summary>Where it starts.</summary>
    public nint Address => (nint)_address;

    /// <summary>Its size in bytes.</summary>
    public int Length { get; }

    /// <summary>What it is made of.</summary>
    public SlabPages Pages { get; }

    /// <summary>
    /// The object that the slab is made of, whose descriptor another process can map; null unless
    /// <see cref="IoHeapOptions.SharedMemory"/> is set. The heap disposes it with the slab; what
    /// others have mapped stays theirs.
    /// </summary>
    public SharedMemory? SharedMemory { get; }

    /// <summary>
    /// Free for the one who registers the slab: the index of the fixed buffer, for instance.
    /// -1 at first.
    /// </summary>
    public int RegistrationIndex { get; set; } = -1;

    internal int BlockSize { get; set; }

    /// <summary>From one block to the next: the size, and a guard page if there is one.</summary>
    internal int Stride { get; set; }

    internal int BlockCount { get; set; }

    internal Block* Headers { get; set; }

    internal ulong FirstGeneration { get; set; }

    /// <summary>Scratch of a trim: how many blocks lie on the free list.</summary>
    internal int FreeCount { get; set; }

    /// <summary>False once the memory goes back.</summary>
    internal bool IsMapped => _self.IsAllocated;

    internal nint Handle => GCHandle.ToIntPtr(_self);

    /// <summary>All its bytes. Only until the heap frees the slab.</summary>
    /// <exception cref="ObjectDisposedException">The heap has freed the slab.</exception>
    public override Span<byte> GetSpan()
    {
        ObjectDisposedException.ThrowIf(!IsMapped, this);
        return new Span<byte>(_address, Length);
    }

    /// <summary>
    /// The address of one byte. The memory never moves and nothing is held: to hold a block,
    /// clone a vector of it.
    /// </summary>
    /// <param name="elementIndex">From the start of the slab.</param>
    /// <exception cref="ArgumentOutOfRangeException">The slab has no such byte.</exception>
    /// <exception cref="ObjectDisposedException">The heap has freed the slab.</exception>
    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)elementIndex, (uint)Length);
        ObjectDisposedException.ThrowIf(!IsMapped, this);
        return new MemoryHandle(_address + elementIndex);
    }

    /// <summary>Does nothing: the memory never moves.</summary>
    public override void Unpin()
    {
    }

    internal static IoSlab Of(Block* block) =>
        (IoSlab)GCHandle.FromIntPtr(block->Slab).Target!;

    internal void Free()
    {
        _self.Free();
        if (_map is null)
        {
            SlabMemory.Free(_address, (nuint)Length);
        }
        else
        {
            _map.Dispose();
            SharedMemory!.Dispose();
        }
    }

    /// <summary>Does nothing: the heap frees the memory.</summary>
    [SuppressMessage("Usage", "CA2215:Dispose methods should call base class dispose",
        Justification = "The base method is abstract.")]
    protected override void Dispose(bool disposing)
    {
    }
}
