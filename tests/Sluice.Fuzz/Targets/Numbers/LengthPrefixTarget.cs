using System.Buffers.Binary;
using Sluice.Fuzz.Engine;
using Sluice.Memory;

namespace Sluice.Fuzz.Targets.Numbers;

/// <summary>
/// Bytes behind their length. The input begins with the kind of the prefix and with the cap.
/// </summary>
internal sealed class LengthPrefixTarget : FuzzTarget
{
    private const int Kinds = 7;

    public override string Name => "length-prefix";

    public override IEnumerable<byte[]> Seeds() =>
        [.. Enumerable.Range(0, Kinds).Select(static kind => (byte[])[(byte)kind, 9, 3, 1, 2, 3])];

    public override byte[] Reshape(byte[] input, FuzzRandom random)
    {
        int length = random.Below(100);
        byte[] prefix = random.Below(Kinds) switch
        {
            0 => [(byte)length],
            1 => [0, (byte)length],
            2 => [(byte)length, 0],
            3 => [0, 0, 0, (byte)length],
            4 => [(byte)length, 0, 0, 0],
            _ => [(byte)(length | 0x80), random.Pick<byte>(0, 1, 0x80)],
        };
        byte cap = random.OneIn(2) ? random.NextByte() : (byte)length;
        return
        [
            (byte)random.Below(Kinds), cap, .. prefix,
            .. random.Bytes(Math.Max(0, length - 2 + random.Below(5))),
        ];
    }

    public override void Run(ReadOnlySpan<byte> input, Features features)
    {
        var choice = new InputReader(input);
        var prefix = (LengthPrefix)choice.Below(Kinds);
        int cap = choice.Byte();
        ReadOnlySpan<byte> bytes = choice.Rest();
        Expectation expected = Expect(bytes, prefix, cap, out int from, out int length);
        features.Add(1, ((int)prefix * 4) + (int)expected);

        Expectation state = Read(bytes, prefix, cap, out byte[] found, out int moved);
        FuzzFailure.UnlessSame(expected, state, "the oracle says the same");
        int position = expected == Expectation.Read ? from + length : 0;
        FuzzFailure.UnlessSame(position, moved, "the position");
        FuzzFailure.UnlessSame<byte>(
            expected == Expectation.Read ? bytes.Slice(from, length) : default,
            found,
            "the bytes");
    }

    private static Expectation Read(
        ReadOnlySpan<byte> bytes, LengthPrefix prefix, int cap, out byte[] found, out int moved)
    {
        var reader = new BufferReader(bytes);
        found = [];
        try
        {
            bool isRead = reader.TryReadPrefixedBytes(prefix, cap, out ReadOnlySpan<byte> inside);
            found = inside.ToArray();
            return isRead ? Expectation.Read : Expectation.Incomplete;
        }
        catch (InvalidDataException)
        {
            return Expectation.Invalid;
        }
        finally
        {
            moved = reader.Position;
        }
    }

    private static Expectation Expect(
        ReadOnlySpan<byte> bytes, LengthPrefix prefix, int cap, out int from, out int length)
    {
        from = prefix switch
        {
            LengthPrefix.UInt8 => 1,
            LengthPrefix.UInt16 or LengthPrefix.UInt16LittleEndian => 2,
            LengthPrefix.UInt32 or LengthPrefix.UInt32LittleEndian => 4,
            _ => bytes.IndexOfAnyInRange((byte)0, (byte)127) + 1,
        };
        length = 0;
        bool isVariable = prefix is LengthPrefix.Leb128 or LengthPrefix.Mqtt;
        int lengthMax = prefix == LengthPrefix.Mqtt ? 4 : 5;
        if (isVariable && (from == 0 || from > lengthMax))
            return bytes.Length < lengthMax && from == 0
                ? Expectation.Incomplete
                : Expectation.Invalid;
        if (bytes.Length < from)
            return Expectation.Incomplete;

        ulong number = Number(bytes[..from], prefix);
        bool isLonger = prefix == LengthPrefix.Mqtt && from > 1 && bytes[from - 1] == 0;
        if (isLonger || number > (ulong)cap)
            return Expectation.Invalid;
        length = (int)number;
        return bytes.Length - from < length ? Expectation.Incomplete : Expectation.Read;
    }

    private static ulong Number(ReadOnlySpan<byte> bytes, LengthPrefix prefix)
    {
        ulong number = 0;
        switch (prefix)
        {
            case LengthPrefix.UInt8:
                return bytes[0];
            case LengthPrefix.UInt16:
                return BinaryPrimitives.ReadUInt16BigEndian(bytes);
            case LengthPrefix.UInt16LittleEndian:
                return BinaryPrimitives.ReadUInt16LittleEndian(bytes);
            case LengthPrefix.UInt32:
                return BinaryPrimitives.ReadUInt32BigEndian(bytes);
            case LengthPrefix.UInt32LittleEndian:
                return BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            default:
                for (int i = bytes.Length - 1; i >= 0; i--)
                    number = (number * 128) + (ulong)(bytes[i] % 128);
                return number;
        }
    }
}
