using System.Runtime.InteropServices;

namespace Sluice.Memory;

/// <summary>
/// The header of one block of a slab. It lies apart from the block, in native memory that is never
/// unmapped (<see cref="BlockHeaders"/>), so that a handle, however stale, can always read it.
/// </summary>
/// <remarks>
/// One line of the cache each: a thread that counts here never slows down a neighbour.
/// </remarks>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal unsafe struct Block
{
    public const int Size = 64;

    /// <summary>Generation, sharing and references: see <see cref="BlockWord"/>.</summary>
    [FieldOffset(0)]
    public ulong Word;

    /// <summary>Where the block starts.</summary>
    [FieldOffset(8)]
    public byte* Data;

    /// <summary>The list of the owner's heap that the block comes from and goes back to.</summary>
    [FieldOffset(16)]
    public BlockList* Home;

    /// <summary>The next free block. Only the owner follows it.</summary>
    [FieldOffset(24)]
    public Block* Next;

    /// <summary>The owner's stack, copied from the list: it saves a load at each check.</summary>
    [FieldOffset(32)]
    public nuint Window;

    /// <summary>A <see cref="GCHandle"/> of the <see cref="IoSlab"/>.</summary>
    [FieldOffset(40)]
    public nint Slab;

    /// <summary>The next batch on the return stack, if this block heads one.</summary>
    [FieldOffset(48)]
    public Block* ReturnNext;

    /// <summary>How many more blocks the batch has; their headers are listed in its data.</summary>
    [FieldOffset(56)]
    public ushort ReturnCount;

    /// <summary>Written to bring the line over from another core; nobody reads it.</summary>
    [FieldOffset(58)]
    public byte Touched;

    /// <summary>The block's place in its slab.</summary>
    [FieldOffset(60)]
    public int Index;
}
