using Sluice.Fuzz.Engine;
using Sluice.Memory;

namespace Sluice.Fuzz.Targets.Texts;

/// <summary>
/// Lines, against a search code unit by code unit. The input begins with the encoding, the mode
/// and the longest line.
/// </summary>
internal sealed class LineTarget : FuzzTarget
{
    public override string Name => "line";

    public override int LengthMax => 200;

    public override IReadOnlyList<byte[]> Words { get; } =
    [
        [.. "\r\n"u8], [.. "\n"u8], [.. "\r"u8], [0, 0x0A], [0x0A, 0], [0, 0x0D, 0, 0x0A],
        [0x0D, 0, 0x0A, 0], [.. "a line"u8], [0xC3, 0xA9], [0xD8, 0], [0x0A, 0x0A],
    ];

    public override IEnumerable<byte[]> Seeds() =>
        [.. Enumerable.Range(0, 4).Select(static kind => (byte[])
            [(byte)kind, 0, 20, .. "one\r\ntwo\n\nthree\r"u8, 0, 0x0A, 0, 0x0D, 0, 0x0A])];

    public override byte[] Reshape(byte[] input, FuzzRandom random)
    {
        var built = new List<byte>
        {
            (byte)random.Below(4), (byte)random.Below(2), (byte)random.Below(30),
        };
        for (int i = random.Below(10); i > 0; i--)
            built.AddRange(random.Pick(Words.ToArray()));
        return [.. built];
    }

    public override void Run(ReadOnlySpan<byte> input, Features features)
    {
        var choice = new InputReader(input);
        var encoding = (TextEncoding)choice.Below(4);
        var errors = (TextErrors)choice.Below(2);
        int bytesMax = choice.Byte();
        byte[] bytes = choice.Rest().ToArray();
        features.Add(1, ((int)encoding * 2) + (int)errors);

        RunAll(bytes, encoding, errors, features);
        RunArriving(bytes, encoding, errors, bytesMax, features);
    }

    // Every line of what is all there.
    private static void RunAll(
        byte[] bytes, TextEncoding encoding, TextErrors errors, Features features)
    {
        var reader = new BufferReader(bytes);
        for (int at = 0, count = 0; ; count++)
        {
            features.AddCount(2, count);
            int end = IndexOfLineFeed(bytes, at, encoding);
            byte[] line = WithoutReturn(bytes[at..(end < 0 ? bytes.Length : end)], encoding);
            line = end < 0 ? bytes[at..] : line;
            string? expected = PlatformText.Decode(line, encoding, errors);
            int next = end < 0 ? bytes.Length : end + Unit(encoding);
            string? found = null;
            try
            {
                found = reader.ReadLine(encoding, errors);
            }
            catch (InvalidDataException)
            {
                FuzzFailure.UnlessSame(null, expected, "only what is no text is refused");
                FuzzFailure.UnlessSame(at, reader.Position, "nothing of it is read");
                return;
            }

            if (at == bytes.Length)
            {
                FuzzFailure.UnlessSame(null, found, "after the last line there is none");
                return;
            }

            FuzzFailure.UnlessSame(expected, found, "the line");
            FuzzFailure.UnlessSame(next, reader.Position, "the begin of the next line");
            at = next;
        }
    }

    // One line that may not have arrived, and may not be too long.
    private static void RunArriving(
        byte[] bytes, TextEncoding encoding, TextErrors errors, int bytesMax, Features features)
    {
        int unit = Unit(encoding);
        int end = IndexOfLineFeed(bytes, 0, encoding);
        int whole = end < 0 ? bytes.Length / unit * unit : end;
        int length = WithoutReturn(bytes[..whole], encoding).Length;
        string? expected = end < 0 || length > bytesMax
            ? null
            : PlatformText.Decode(bytes[..length], encoding, errors);
        bool isRefused = length > bytesMax || (end >= 0 && expected is null);
        features.Add(3, (isRefused ? 1 : 0) + (expected is null ? 2 : 0));

        var reader = new BufferReader(bytes);
        try
        {
            bool isRead = reader.TryReadLine(bytesMax, out string? line, encoding, errors);
            FuzzFailure.Unless(!isRefused, "what is too long, or no text, is refused");
            FuzzFailure.UnlessSame(end >= 0, isRead, "it is said whether it has arrived");
            FuzzFailure.UnlessSame(expected, line, "the line that has arrived");
            FuzzFailure.UnlessSame(isRead ? end + unit : 0, reader.Position, "the position");
        }
        catch (InvalidDataException)
        {
            FuzzFailure.Unless(isRefused, "nothing else is refused");
            FuzzFailure.UnlessSame(0, reader.Position, "nothing is read of what is refused");
        }
    }

    private static int Unit(TextEncoding encoding) =>
        encoding is TextEncoding.Utf8 or TextEncoding.Latin1 ? 1 : 2;

    private static int IndexOfLineFeed(byte[] bytes, int from, TextEncoding encoding)
    {
        int unit = Unit(encoding);
        for (int at = from; at + unit <= bytes.Length; at += unit)
        {
            if (IsUnit(bytes, at, encoding, 0x0A))
                return at;
        }

        return -1;
    }

    private static byte[] WithoutReturn(byte[] line, TextEncoding encoding)
    {
        int unit = Unit(encoding);
        bool hasReturn = line.Length >= unit && line.Length % unit == 0
            && IsUnit(line, line.Length - unit, encoding, 0x0D);
        return hasReturn ? line[..^unit] : line;
    }

    private static bool IsUnit(byte[] bytes, int at, TextEncoding encoding, byte value) =>
        encoding switch
        {
            TextEncoding.Utf16 => bytes[at] == 0 && bytes[at + 1] == value,
            TextEncoding.Utf16LittleEndian => bytes[at] == value && bytes[at + 1] == 0,
            _ => bytes[at] == value,
        };
}
