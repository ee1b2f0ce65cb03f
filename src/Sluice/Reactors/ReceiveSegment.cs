using System.Buffers;

namespace Sluice.Reactors;

/// <summary>
/// One receive buffer. It is the kernel's, a connection's, or free; while it is a connection's it
/// is also the segment that the connection's reader sees.
/// </summary>
internal sealed class ReceiveSegment : ReadOnlySequenceSegment<byte>
{
    private readonly Memory<byte> _whole;

    public ReceiveSegment(ReceiveBuffers owner, ushort id, nint address, Memory<byte> whole)
    {
        Owner = owner;
        Id = id;
        Address = address;
        _whole = whole;
    }

    public ReceiveBuffers Owner { get; }

    /// <summary>What the kernel calls the buffer.</summary>
    public ushort Id { get; }

    public nint Address { get; }

    /// <summary>Received bytes in the buffer.</summary>
    public int Length { get; private set; }

    /// <summary>Bytes behind <see cref="Length"/>.</summary>
    public int Spare => _whole.Length - Length;

    /// <summary>The reader whose sequence this is a part of; null if of none.</summary>
    public object? Holder { get; private set; }

    /// <summary>The next segment in the stack of returned ones; the stack's.</summary>
    public ReceiveSegment? NextReturned { get; set; }

    public ReceiveSegment? NextSegment => (ReceiveSegment?)Next;

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
