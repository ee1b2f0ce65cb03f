namespace Sluice.Tool.Load;

/// <summary>
/// The bytes that every answer must have, the value of its date apart. Answers of another length
/// or with other bytes are not counted as work done, they end the load.
/// </summary>
internal sealed class ExpectedAnswer
{
    private readonly byte[] _bytes;
    private readonly int _holeStart;
    private readonly int _holeEnd;

    private ExpectedAnswer(byte[] bytes, int holeStart, int holeEnd)
    {
        _bytes = bytes;
        _holeStart = holeStart;
        _holeEnd = holeEnd;
    }

    public int Length => _bytes.Length;

    /// <summary>All bytes count.</summary>
    public static ExpectedAnswer Exactly(byte[] bytes) => new(bytes, bytes.Length, bytes.Length);

    /// <summary>An HTTP response; the value of its <c>Date</c> may be another one.</summary>
    public static ExpectedAnswer OfHttp(byte[] response)
    {
        ReadOnlySpan<byte> name = "\r\nDate: "u8;
        int header = response.AsSpan().IndexOf("\r\n\r\n"u8);
        int date = response.AsSpan(0, header).IndexOf(name);
        if (date < 0)
            return Exactly(response);

        int start = date + name.Length;
        int length = response.AsSpan(start).IndexOf("\r\n"u8);
        return new ExpectedAnswer(response, start, start + length);
    }

    /// <summary>Whether these bytes may stand at that place of an answer.</summary>
    public bool Matches(int position, ReadOnlySpan<byte> piece) =>
        MatchesRange(position, piece, 0, _holeStart)
        && MatchesRange(position, piece, _holeEnd, _bytes.Length);

    // The part of the piece that lies between two places of the answer.
    private bool MatchesRange(int position, ReadOnlySpan<byte> piece, int start, int end)
    {
        int from = Math.Max(position, start);
        int to = Math.Min(position + piece.Length, end);
        return from >= to
            || piece[(from - position)..(to - position)].SequenceEqual(_bytes.AsSpan(from..to));
    }
}
