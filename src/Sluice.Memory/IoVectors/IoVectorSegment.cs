using System.Buffers;

namespace Sluice.Memory;

/// <summary>A vector's bytes as a part of a sequence.</summary>
internal sealed class IoVectorSegment : ReadOnlySequenceSegment<byte>
{
    public IoVectorSegment(ReadOnlyMemory<byte> memory) => Memory = memory;

    public IoVectorSegment Append(ReadOnlyMemory<byte> memory)
    {
        var next = new IoVectorSegment(memory) { RunningIndex = RunningIndex + Memory.Length };
        Next = next;
        return next;
    }
}
