using System.Buffers;

namespace Sluice.Testing.Connections;

/// <summary>Sequences of several pieces.</summary>
public static class TestSequence
{
    /// <summary>One after the other, empty ones too.</summary>
    public static ReadOnlySequence<byte> Of(params IReadOnlyList<ReadOnlyMemory<byte>> pieces)
    {
        ArgumentNullException.ThrowIfNull(pieces);
        var first = new Segment(pieces[0], null);
        Segment last = first;
        for (int i = 1; i < pieces.Count; i++)
            last = new Segment(pieces[i], last);
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    /// <summary>The same bytes, cut into pieces of these lengths, round and round.</summary>
    public static ReadOnlySequence<byte> Cut(
        ReadOnlyMemory<byte> bytes, params IReadOnlyList<int> lengths)
    {
        ArgumentNullException.ThrowIfNull(lengths);
        var pieces = new List<ReadOnlyMemory<byte>>();
        for (int i = 0; !bytes.IsEmpty; i++)
        {
            int length = Math.Min(lengths[i % lengths.Count], bytes.Length);
            pieces.Add(bytes[..length]);
            bytes = bytes[length..];
        }

        return Of(pieces);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? previous)
        {
            Memory = memory;
            if (previous is null)
                return;

            RunningIndex = previous.RunningIndex + previous.Memory.Length;
            previous.Next = this;
        }
    }
}
