using System.Buffers;

namespace Sluice.Fuzz.Targets;

/// <summary>Bytes that have arrived in two pieces.</summary>
internal static class Split
{
    public static ReadOnlySequence<byte> At(ReadOnlySpan<byte> bytes, int at)
    {
        var first = new Piece(bytes[..at].ToArray(), 0, null);
        var last = new Piece(bytes[at..].ToArray(), at, first);
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(byte[] bytes, long runningIndex, Piece? former)
        {
            Memory = bytes;
            RunningIndex = runningIndex;
            if (former is not null)
                former.Next = this;
        }
    }
}
