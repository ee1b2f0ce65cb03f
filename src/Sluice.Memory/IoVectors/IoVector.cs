using System.Diagnostics;
using System.Runtime.CompilerServices;
using Sluice.Memory.Interop;
using static Sluice.Memory.BlockWord;

namespace Sluice.Memory;

/// <summary>
/// A reference to a piece of a block of an <see cref="IoHeap"/>: an address, a length, the block
/// and the generation in which it was allocated. The block goes back to its heap with the last
/// reference.
/// </summary>
/// <remarks>
/// <para>A vector is a handle, not a value: keep each in one place, pass it by <c>ref</c> or with
/// <see cref="Move"/>, make a second one with <see cref="Clone"/>. <see cref="Release"/> and
/// <see cref="Move"/> clear the variable that they are called on. A plain copy of the struct is
/// the same reference once more; whichever of the two is released first makes the other one
/// stale.</para>
/// <para>Every use compares the generation with the block's, in Release builds too, and throws
/// <see cref="IoVectorException"/> instead of touching a block that has a new owner. What a check
/// cannot see: a copy that is used twice while clones of it keep the block alive takes a reference
/// away from a clone. The clone then throws; <see cref="IoVectorTrace"/> names the culprit. And a
/// <see cref="Span{T}"/>, a <see cref="Memory{T}"/> or an address that was taken before the
/// release is not invalidated by it: hold a clone for as long as such a view is used.</para>
/// <para>Threads: Local vectors belong to the heap's thread. Shared vectors can be used by any
/// thread, and different vectors of one block by several at a time.</para>
/// <para>The words are those of libevpl's memory management: <c>evpl_iovec</c>.</para>
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public unsafe struct IoVector
{
    private const int TouchedAtOnce = 16;

    private byte* _data;
    private Block* _block;

    // With tracing, the lower bits are the number of the reference.
    private ulong _generation;

    // Length, and above it the capacity. Four fields are what the compiler keeps in registers.
    private ulong _extent;

    // Field by field and in place: a copy of a struct that was just put together waits until its
    // parts have left the store buffer, which costs more than the whole allocation.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Set(
        out IoVector vector, Block* block, ulong generation, ulong extent)
    {
        vector._data = block->Data;
        vector._block = block;
        vector._generation = generation;
        vector._extent = extent;
    }

    /// <summary>The number of bytes of the vector.</summary>
    public readonly int Length => (int)_extent;

    /// <summary>How far <see cref="SetLength"/> may go: the room up to the block's end.</summary>
    public readonly int Capacity => (int)(_extent >> 32);

    /// <summary>
    /// True as long as this variable was not released, moved or left unset. It says nothing about
    /// copies.
    /// </summary>
    public readonly bool HasReference => _generation != 0;

    /// <summary>The memory. It is valid until the block's last reference is released.</summary>
    /// <exception cref="IoVectorException">The vector is stale.</exception>
    public readonly Span<byte> Span
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            RequireLive();
            return new Span<byte>(_data, Length);
        }
    }

    /// <summary>
    /// The memory as something that can be stored. It does not keep the block alive.
    /// </summary>
    /// <exception cref="IoVectorException">The vector is stale.</exception>
    public readonly Memory<byte> Memory
    {
        get
        {
            RequireLive();
            IoSlab slab = IoSlab.Of(_block);
            return slab.Memory.Slice((int)((nint)_data - slab.Address), Length);
        }
    }

    /// <summary>Where the memory starts (<c>evpl_iovec_data</c>).</summary>
    /// <exception cref="IoVectorException">The vector is stale.</exception>
    public readonly nint Address
    {
        get
        {
            RequireLive();
            return (nint)_data;
        }
    }

    /// <summary>How the references to the block are counted.</summary>
    /// <exception cref="IoVectorException">The vector is stale.</exception>
    public readonly IoVectorSharing Sharing
    {
        get
        {
            RequireLive();
            return (_block->Word & Shared) == 0 ? IoVectorSharing.Local : IoVectorSharing.Shared;
        }
    }

    /// <summary>The slab that the memory lies in, and what was registered for it.</summary>
    /// <exception cref="IoVectorException">The vector is stale.</exception>
    public readonly IoSlab Slab
    {
        get
        {
            RequireLive();
            return IoSlab.Of(_block);
        }
    }

    internal readonly Block* Block => _block;

    internal ulong Generation { readonly get => _generation; set => _generation = value; }

    internal readonly byte* Data => _data;

    /// <summary>
    /// Sets the number of bytes, for instance to what was received
    /// (<c>evpl_iovec_set_length</c>).
    /// </summary>
    /// <param name="length">From 0 to <see cref="Capacity"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no room for that many.</exception>
    /// <exception cref="IoVectorException">The vector is stale.</exception>
    public void SetLength(int length)
    {
        RequireLive();
        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            (uint)length, (uint)Capacity, nameof(length));
        _extent = (_extent & ~(ulong)uint.MaxValue) | (uint)length;
    }

    /// <summary>
    /// A second reference to the same bytes. It has to be released like the first one.
    /// </summary>
    /// <exception cref="IoVectorException">
    /// The vector is stale, reserved, or Local and used by the wrong thread.
    /// </exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly IoVector Clone()
    {
        if (IoVectorTrace.IsEnabled)
            return TracedVectors.Clone(this);

        Block* block = _block;
        ulong generation = _generation;
        if (block == null)
            Misuse.Throw(block, generation);

        ulong count = block->Word ^ generation;
        if ((count | ThreadStack.Offset(block->Window)) < CountLimit)
            block->Word++;
        else if (!BlockCounts<NoInterleaving>.TryCloneOne(block, count ^ generation, count))
            BlockCounts<NoInterleaving>.Clone(block, generation);

        IoVector clone;
        clone._data = _data;
        clone._block = block;
        clone._generation = generation;
        clone._extent = _extent;
        return clone;
    }

    /// <summary>A second reference, to a part of the bytes.</summary>
    /// <param name="offset">From the start of this vector.</param>
    /// <param name="length">The bytes of the part.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not a part.</exception>
    /// <exception cref="IoVectorException">As for <see cref="Clone"/>.</exception>
    public readonly IoVector CloneSegment(int offset, int length)
    {
        RequirePart(offset, length);
        IoVector clone = Clone();
        clone.Narrow(offset, length);
        return clone;
    }

    /// <summary>
    /// The same reference in another variable. This one is cleared, and a copy of it is stale if
    /// the reference is the only one.
    /// </summary>
    /// <exception cref="IoVectorException">As for <see cref="Clone"/>.</exception>
    public IoVector Move()
    {
        if (IoVectorTrace.IsEnabled)
            return TracedVectors.Move(ref this);

        IoVector moved = this;
        moved._generation = BlockCounts<NoInterleaving>.Move(_block, _generation);
        _generation = 0;
        return moved;
    }

    /// <summary>The same reference, to a part of the bytes. This variable is cleared.</summary>
    /// <param name="offset">From the start of this vector.</param>
    /// <param name="length">The bytes of the part.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not a part.</exception>
    /// <exception cref="IoVectorException">As for <see cref="Clone"/>.</exception>
    public IoVector MoveSegment(int offset, int length)
    {
        RequirePart(offset, length);
        IoVector moved = Move();
        moved.Narrow(offset, length);
        return moved;
    }

    /// <summary>
    /// Gives the reference back and clears this variable. With the last one the block goes back
    /// to its heap: at once on the owner's thread, over the heap's return stack on another.
    /// </summary>
    /// <exception cref="IoVectorException">As for <see cref="Clone"/>.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Release()
    {
        if (IoVectorTrace.IsEnabled)
        {
            TracedVectors.Release(ref this);
            return;
        }

        Block* block = _block;
        ulong generation = _generation;
        if (block == null)
            Misuse.Throw(block, generation);

        ulong left = (block->Word - 1) ^ generation;
        if ((left | ThreadStack.Offset(block->Window)) < CountLimit)
        {
            if (left == 0)
                Recycle(block, generation);
            else
                block->Word--;
        }
        else if (left == Shared
            && ThreadStack.IsIn(block->Window)
            && Volatile.Read(ref block->Word) == (generation | Shared | 1))
        {
            // Read again with acquire: what others did with the block is over.
            Recycle(block, generation);
        }
        else if (!BlockCounts<NoInterleaving>.TryReleaseOne(block, left ^ generation, left))
        {
            BlockCounts<NoInterleaving>.Release(block, generation);
        }

        _generation = 0;
    }

    /// <summary>
    /// Releases many vectors, which is cheaper than one by one where their heap belongs to another
    /// thread: they go home as one batch. None of them stays behind with this thread.
    /// </summary>
    /// <param name="vectors">
    /// All of them are cleared. If one cannot be released, those before it are.
    /// </param>
    /// <exception cref="IoVectorException">As for <see cref="Clone"/>.</exception>
    public static void ReleaseAll(Span<IoVector> vectors)
    {
        var batch = default(ReturnBatch<NoInterleaving>);
        try
        {
            for (int i = 0; i < vectors.Length; i++)
            {
                if (i % TouchedAtOnce == 0)
                {
                    int count = Math.Min(TouchedAtOnce, vectors.Length - i);
                    Touch(vectors.Slice(i, count));
                    batch.Expect(count);
                }

                ref IoVector vector = ref vectors[i];
                if (!IoVectorTrace.IsEnabled && batch.TryAdd(vector._block, vector._generation))
                    vector._generation = 0;
                else
                    vector.Release();
            }
        }
        finally
        {
            batch.Flush();
        }
    }

    /// <summary>The block, the generation and the length, for a person.</summary>
    public override readonly string ToString() =>
        _generation == 0
            ? "no reference"
            : $"{Length} bytes of block 0x{(nint)_block:x}, "
                + $"generation {_generation >> GenerationShift}";

    // The headers come over from the cores that counted last, all at once: plain writes do not wait
    // for one another, the compare-exchanges that follow would.
    private static void Touch(ReadOnlySpan<IoVector> vectors)
    {
        foreach (ref readonly IoVector vector in vectors)
        {
            if (vector._block != null)
                vector._block->Touched = 1;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Recycle(Block* block, ulong generation)
    {
        block->Word = generation + GenerationStep;
        BlockList* list = block->Home;
        BlockList.Push(list, block);
        if (list->Attention != 0)
            IoHeap.Of(block).AfterReturn();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void RequireLive()
    {
        if (_block == null || (_block->Word ^ _generation) > LowMask)
            Misuse.Throw(_block, _generation);
        if (IoVectorTrace.IsEnabled)
            TracedVectors.RequireReference(this);
    }

    private readonly void RequirePart(int offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)offset, (uint)Length, nameof(offset));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            (uint)length, (uint)(Length - offset), nameof(length));
    }

    /// <summary>
    /// Takes over the bytes of a vector that go on in the same block where this one ends: one
    /// reference is enough for both.
    /// </summary>
    internal bool TryJoin(ref IoVector next)
    {
        bool isSame = next._block == _block && ((next._generation ^ _generation) & ~LowMask) == 0;
        if (!isSame || next._data != _data + Length)
            return false;

        ulong length = (ulong)Length + (uint)next.Length;
        next.Release();
        _extent = (length << 32) | length;
        return true;
    }

    /// <summary>Starts further into the block, as long as nobody has seen the vector.</summary>
    internal void Shift(int bytes)
    {
        _data += bytes;
        _extent -= (ulong)bytes << 32;
    }

    // The capacity of a part is its length: what lies behind it is another reference's.
    private void Narrow(int offset, int length)
    {
        _data += offset;
        _extent = ((ulong)length << 32) | (uint)length;
    }
}
