using System.Buffers;
using Sluice.Memory;

namespace Sluice.Reactors;

/// <summary>
/// One receive buffer. It is the kernel's, a connection's, or free; while it is a connection's it
/// is also the segment that the connection's reader sees.
/// </summary>
/// <remarks>
/// It keeps its I/O vector for as long as <see cref="ReceiveBuffers"/> wants to keep the buffer,
/// so that a buffer which goes round costs the heap nothing.
/// </remarks>
internal sealed class ReceiveSegment(ReceiveBuffers owner, ushort id)
    : ReadOnlySequenceSegment<byte>
{
    private IoVector _vector;
    private Memory<byte> _whole;

    public ReceiveBuffers Owner { get; } = owner;

    /// <summary>What the kernel calls the buffer.</summary>
    public ushort Id { get; } = id;

    /// <summary>Whether there is memory behind it.</summary>
    public bool HasMemory => _vector.HasReference;

    public nint Address => _vector.Address;

    /// <summary>Whether the kernel has it; the owner's.</summary>
    public bool IsProvided { get; set; }

    /// <summary>Received bytes in the buffer.</summary>
    public int Length { get; private set; }

    /// <summary>Bytes behind <see cref="Length"/>.</summary>
    public int Spare => _whole.Length - Length;

    /// <summary>The reader whose sequence this is a part of; null if of none.</summary>
    public object? Holder { get; private set; }

    /// <summary>The next segment in the stack of returned ones; the stack's.</summary>
    public ReceiveSegment? NextReturned { get; set; }

    public ReceiveSegment? NextSegment => (ReceiveSegment?)Next;

    /// <summary>Takes over the vector that the bytes go to.</summary>
    public void Attach(ref IoVector vector)
    {
        Invariant.Require(!HasMemory);
        _vector = vector.Move();
        _whole = _vector.Memory;
    }

    /// <summary>Gives the vector back to its heap, on any thread.</summary>
    public void ReleaseMemory()
    {
        Memory = _whole = default;
        _vector.Release();
    }

    /// <summary>Becomes the last part of a reader's sequence.</summary>
    /// <param name="previous">The last part so far; null if there is none.</param>
    /// <param name="holder">The reader.</param>
    /// <param name="start">How many bytes the reader got before these.</param>
    /// <param name="length">Received bytes in the buffer.</param>
    public void Append(ReceiveSegment? previous, object holder, long start, int length)
    {
        Holder = holder;
        Length = length;
        Memory = _whole[..length];
        Next = null;
        RunningIndex = start;
        if (previous is not null)
            previous.Next = this;
    }

    /// <summary>Copies bytes behind those that are there; a reader's view of them stays.</summary>
    public void Extend(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_whole.Span[Length..]);
        Length += bytes.Length;
        Memory = _whole[..Length];
    }

    public ReadOnlySpan<byte> Received(int length) => _whole.Span[..length];

    /// <summary>Leaves the reader's sequence; positions in it are stale from now on.</summary>
    public void Detach()
    {
        Holder = null;
        Next = null;
    }
}
