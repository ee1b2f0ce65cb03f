using System.Buffers;

namespace Sluice.Memory;

/// <summary>What can be done with several vectors at once.</summary>
public static class IoVectorExtensions
{
    /// <summary>The sum of the lengths.</summary>
    /// <param name="vectors">Any vectors.</param>
    public static long GetLength(this ReadOnlySpan<IoVector> vectors)
    {
        long length = 0;
        foreach (ref readonly IoVector vector in vectors)
            length += vector.Length;
        return length;
    }

    /// <summary>
    /// The bytes as one sequence. It holds no references: the vectors must live for as long as it
    /// is used. Allocates one object per vector.
    /// </summary>
    /// <param name="vectors">In order.</param>
    /// <exception cref="IoVectorException">One of them is stale.</exception>
    public static ReadOnlySequence<byte> ToSequence(this ReadOnlySpan<IoVector> vectors)
    {
        if (vectors.IsEmpty)
            return ReadOnlySequence<byte>.Empty;
        if (vectors.Length == 1)
            return new ReadOnlySequence<byte>(vectors[0].Memory);

        var first = new IoVectorSegment(vectors[0].Memory);
        IoVectorSegment last = first;
        foreach (ref readonly IoVector vector in vectors[1..])
            last = last.Append(vector.Memory);
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    /// <summary>
    /// Writes the addresses and lengths for a vectored system call. They hold no references: the
    /// vectors must live until the call, or the completion of the operation, is over.
    /// </summary>
    /// <param name="vectors">In order.</param>
    /// <param name="segments">Room for at least as many.</param>
    /// <returns>The used part of <paramref name="segments"/>.</returns>
    /// <exception cref="ArgumentException">There is less room.</exception>
    /// <exception cref="IoVectorException">One of the vectors is stale.</exception>
    public static Span<IoSegment> ToSegments(
        this ReadOnlySpan<IoVector> vectors, Span<IoSegment> segments)
    {
        if (segments.Length < vectors.Length)
            throw new ArgumentException("There is no room for all vectors.", nameof(segments));

        for (int index = 0; index < vectors.Length; index++)
            segments[index] = new IoSegment(vectors[index].Address, (nuint)vectors[index].Length);
        return segments[..vectors.Length];
    }
}
