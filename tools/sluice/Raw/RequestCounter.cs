using System.Buffers;

namespace Sluice.Tool.Raw;

/// <summary>
/// Finds where requests end: at each empty line, which may arrive in pieces. Keeps nothing of
/// what it has seen but how much of an empty line the last bytes were.
/// </summary>
internal struct RequestCounter
{
    private static ReadOnlySpan<byte> RequestEnd => "\r\n\r\n"u8;

    // How many bytes of RequestEnd the input so far ends with: 0 to 3.
    private int _matched;

    /// <summary>The number of requests that end in the next bytes of the input.</summary>
    public int Count(in ReadOnlySequence<byte> input)
    {
        if (input.IsSingleSegment)
            return Count(input.FirstSpan);

        int count = 0;
        foreach (ReadOnlyMemory<byte> segment in input)
            count += Count(segment.Span);
        return count;
    }

    /// <inheritdoc cref="Count(in ReadOnlySequence{byte})"/>
    public int Count(ReadOnlySpan<byte> input)
    {
        int count = 0;
        // What the previous bytes began is finished, or given up, byte by byte.
        while (_matched > 0 && !input.IsEmpty)
        {
            count += Step(input[0]);
            input = input[1..];
        }

        while (input.IndexOf(RequestEnd) is >= 0 and int index)
        {
            count++;
            input = input[(index + RequestEnd.Length)..];
        }

        foreach (byte next in input[Math.Max(0, input.Length - 3)..])
            Step(next);
        return count;
    }

    private int Step(byte next)
    {
        if (next == RequestEnd[_matched])
            _matched++;
        else
            _matched = next == (byte)'\r' ? 1 : 0;
        if (_matched < RequestEnd.Length)
            return 0;

        _matched = 0;
        return 1;
    }
}
