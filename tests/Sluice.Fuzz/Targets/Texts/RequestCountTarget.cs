using System.Buffers;
using Sluice.Fuzz.Engine;
using Sluice.Tool.Raw;

namespace Sluice.Fuzz.Targets.Texts;

/// <summary>
/// Where requests end (<c>sluice plaintext</c>), in pieces, against a search in the whole. The
/// input begins with the lengths of the first pieces.
/// </summary>
internal sealed class RequestCountTarget : FuzzTarget
{
    private const int Lengths = 8;

    public override string Name => "request-count";

    public override IReadOnlyList<byte[]> Words { get; } =
        [[.. "\r\n\r\n"u8], [.. "\r\n"u8], [.. "\r"u8], [.. "\n"u8], [.. "\r\r\n\r\n"u8]];

    public override IEnumerable<byte[]> Seeds() =>
        [[1, 2, 3, 4, 5, 6, 7, 8, .. "GET / HTTP/1.1\r\nHost: x\r\n\r\nGET /\r\n\r\n"u8]];

    public override byte[] Reshape(byte[] input, FuzzRandom random)
    {
        var built = new List<byte>(random.Bytes(Lengths).Select(static next => (byte)(next % 8)));
        for (int i = random.Below(20); i > 0; i--)
            built.AddRange(random.OneIn(4) ? "GET"u8.ToArray() : Words[random.Below(Words.Count)]);
        return [.. built];
    }

    public override void Run(ReadOnlySpan<byte> input, Features features)
    {
        var reader = new InputReader(input);
        ReadOnlySpan<byte> lengths = reader.Bytes(Lengths);
        byte[] text = reader.Rest().ToArray();
        int expected = 0;
        for (int at = 0; at + 4 <= text.Length;)
        {
            bool isEnd = text[at] == 13 && text[at + 1] == 10
                && text[at + 2] == 13 && text[at + 3] == 10;
            expected += isEnd ? 1 : 0;
            at += isEnd ? 4 : 1;
        }

        var whole = default(RequestCounter);
        FuzzFailure.UnlessSame(expected, whole.Count(text), "the whole has as many requests");

        var counter = default(RequestCounter);
        int found = 0;
        ReadOnlySpan<byte> rest = text;
        foreach (byte length in lengths)
        {
            ReadOnlySpan<byte> piece = rest[..Math.Min(length, rest.Length)];
            ReadOnlySequence<byte> halves = Split.At(piece, piece.Length / 2);
            found += counter.Count(in halves);
            rest = rest[piece.Length..];
        }

        found += counter.Count(rest);
        features.AddCount(1, found);
        FuzzFailure.UnlessSame(expected, found, "pieces have as many requests");
    }
}
