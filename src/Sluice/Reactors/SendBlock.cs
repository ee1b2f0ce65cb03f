using System.Buffers;
using System.Runtime.InteropServices;
using Sluice.Memory;

namespace Sluice.Reactors;

/// <summary>
/// A piece of native memory that a writer fills and the kernel sends from: a vector of a heap or,
/// where that would be too long for one, memory of its own.
/// </summary>
/// <remarks>
/// Soundness: a block is freed only by the pool that it was returned to, and it is returned only
/// when no send refers to it and no writer has it on loan.
/// </remarks>
internal sealed unsafe class SendBlock : MemoryManager<byte>
{
    private const nuint Alignment = 64;
    private IoVector _vector;
    private void* _address;

    /// <summary>Over a vector, which it takes over.</summary>
    public SendBlock(ref IoVector vector)
    {
        Capacity = vector.Length;
        _vector = vector.Move();
        _address = (void*)_vector.Address;
        Memory = CreateMemory(Capacity);
    }

    /// <summary>Over memory of its own.</summary>
    public SendBlock(int capacity)
    {
        Capacity = capacity;
        _address = NativeMemory.AlignedAlloc((nuint)capacity, Alignment);
        Memory = CreateMemory(capacity);
    }

    public int Capacity { get; }

    public nint Address => (nint)_address;

    /// <summary>Whether it is a vector of a heap.</summary>
    public bool IsOfHeap => _vector.HasReference;

    /// <summary>The whole block.</summary>
    public override Memory<byte> Memory { get; }

    /// <summary>Bytes that were written. Only the writer changes it.</summary>
    public int Written { get; set; }

    /// <summary>The next block of the same writer or of the pool.</summary>
    public SendBlock? Next { get; set; }

    public int Room => Capacity - Written;

    public override Span<byte> GetSpan() => new(_address, _address == null ? 0 : Capacity);

    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)elementIndex, (uint)Capacity);
        return new MemoryHandle((byte*)_address + elementIndex, default, this);
    }

    public override void Unpin()
    {
    }

    /// <summary>Gives the memory back now, on any thread.</summary>
    public void Free() => ((IDisposable)this).Dispose();

    protected override void Dispose(bool disposing)
    {
        if (IsOfHeap)
            _vector.Release();
        else
            NativeMemory.AlignedFree(_address);
        _address = null;
    }
}
