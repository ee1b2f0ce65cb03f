using System.Text;
using Sluice.Fuzz.Engine;
using Sluice.Memory;

namespace Sluice.Fuzz.Targets.Texts;

/// <summary>
/// Text in four encodings, whole and in parts, against the encodings of .NET. The input begins
/// with the encoding, the mode, and how large the parts are.
/// </summary>
internal sealed class TextTarget : FuzzTarget
{
    public override string Name => "text";

    public override IReadOnlyList<byte[]> Words { get; } =
    [
        [.. "aé€😀"u8], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82],
        [0xF0, 0x9F, 0x98], [0xD8, 0x3D, 0xDE, 0x00], [0x3D, 0xD8, 0x00, 0xDE], [0xD8, 0x00],
        [0x00, 0xDC], [0x01, 0x00], [0x00, 0xFF], [0x00, 0x61], [0xEF, 0xBB, 0xBF], [0xFF, 0xFE],
        [0xFE, 0xFF], [0xEF, 0xBF, 0xBD],
    ];

    public override IEnumerable<byte[]> Seeds() =>
        [.. Enumerable.Range(0, 8).Select(static kind => (byte[])
            [(byte)(kind % 4), (byte)(kind / 4), 3, 2, .. "Text: aé€😀"u8])];

    public override byte[] Reshape(byte[] input, FuzzRandom random)
    {
        var built = new List<byte>(random.Bytes(4));
        for (int i = random.Below(12); i > 0; i--)
            built.AddRange(random.Pick(Words.ToArray()));
        return [.. built];
    }

    public override void Run(ReadOnlySpan<byte> input, Features features)
    {
        var choice = new InputReader(input);
        var encoding = (TextEncoding)choice.Below(4);
        var errors = (TextErrors)choice.Below(2);
        int bytesPerPart = 1 + choice.Below(8);
        int charsPerPart = 2 + choice.Below(8);
        byte[] bytes = choice.Rest().ToArray();
        string? expected = PlatformText.Decode(bytes, encoding, errors);
        features.Add(1, ((int)encoding * 4) + ((int)errors * 2) + (expected is null ? 1 : 0));

        FuzzFailure.UnlessSame(expected, Read(bytes, encoding, errors), "the whole");
        FuzzFailure.UnlessSame(
            expected,
            ReadParts(bytes, encoding, errors, bytesPerPart, charsPerPart),
            "the sum of the parts");
        if (errors == TextErrors.Throw)
        {
            var reader = new BufferReader(bytes);
            bool isRead = reader.TryReadText(bytes.Length, out string? text, encoding);
            FuzzFailure.UnlessSame(expected is not null, isRead, "it is said whether it is one");
            FuzzFailure.UnlessSame(expected, text, "the text that is tried");
            FuzzFailure.UnlessSame(isRead ? bytes.Length : 0, reader.Position, "the position");
        }

        if (expected is not null)
            WriteBack(expected, encoding, charsPerPart);
        WriteAny(bytes, encoding, errors);
    }

    private static string? Read(byte[] bytes, TextEncoding encoding, TextErrors errors)
    {
        var reader = new BufferReader(bytes);
        try
        {
            string text = reader.ReadText(bytes.Length, encoding, errors);
            FuzzFailure.UnlessSame(bytes.Length, reader.Position, "all bytes are read");
            return text;
        }
        catch (InvalidDataException)
        {
            FuzzFailure.UnlessSame(0, reader.Position, "nothing is read of what is no text");
            return null;
        }
    }

    // As it arrives from a network: some bytes at a time, into little room.
    private static string? ReadParts(
        byte[] bytes, TextEncoding encoding, TextErrors errors, int bytesPerPart, int charsPerPart)
    {
        var text = new StringBuilder();
        var room = new char[charsPerPart];
        int from = 0;
        int arrived = 0;
        try
        {
            while (true)
            {
                var reader = new BufferReader(bytes.AsSpan(from, arrived - from));
                bool isFinal = arrived == bytes.Length;
                int count = reader.ReadTextPart(room, encoding, errors, isFinal);
                text.Append(room, 0, count);
                from += reader.Position;
                if (isFinal && from == bytes.Length)
                    return text.ToString();
                if (count == 0 && reader.Position == 0)
                {
                    FuzzFailure.Unless(!isFinal, "the last part is read or refused");
                    arrived = Math.Min(arrived + bytesPerPart, bytes.Length);
                }
            }
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static void WriteBack(string text, TextEncoding encoding, int bytesPerPart)
    {
        byte[] expected = PlatformText.Of(encoding, TextErrors.Replace).GetBytes(text);
        var room = new byte[expected.Length];
        var writer = new BufferWriter(room);
        FuzzFailure.UnlessSame(
            expected.Length, writer.WriteText(text, encoding), "the bytes of the text");
        FuzzFailure.UnlessSame<byte>(expected, room, "what is written");

        var parts = new List<byte>();
        var little = new byte[bytesPerPart + 2];
        for (int at = 0; at < text.Length;)
        {
            var part = new BufferWriter(little);
            int count = part.WriteTextPart(
                text.AsSpan(at), encoding, TextErrors.Throw, isFinalBlock: true);
            FuzzFailure.Unless(count > 0, "a part is written");
            parts.AddRange(little.AsSpan(0, part.Position));
            at += count;
        }

        FuzzFailure.UnlessSame<byte>(expected, parts.ToArray(), "the sum of the parts written");
    }

    // Any characters, halves of pairs too.
    private static void WriteAny(byte[] bytes, TextEncoding encoding, TextErrors errors)
    {
        string text = Encoding.Latin1.GetString(bytes);
        if (bytes.Length % 2 == 0)
        {
            text = string.Create(bytes.Length / 2, bytes, static (chars, source) =>
            {
                for (int i = 0; i < chars.Length; i++)
                    chars[i] = (char)((source[2 * i] << 8) | source[(2 * i) + 1]);
            });
        }

        byte[]? expected = PlatformText.Encode(text, encoding, errors);
        var room = new byte[(text.Length * 3) + 1];
        var writer = new BufferWriter(room);
        byte[]? found = null;
        try
        {
            _ = writer.WriteText(text, encoding, errors);
            found = room[..writer.Position];
        }
        catch (ArgumentException)
        {
            FuzzFailure.UnlessSame(0, writer.Position, "nothing is written of what has no bytes");
        }

        FuzzFailure.UnlessSame(expected is null, found is null, "it is said whether it has bytes");
        FuzzFailure.UnlessSame<byte>(expected ?? [], found ?? [], "the bytes of any characters");
    }
}
