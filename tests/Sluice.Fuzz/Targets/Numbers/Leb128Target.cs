using System.Numerics;
using Sluice.Fuzz.Engine;
using Sluice.Memory;

namespace Sluice.Fuzz.Targets.Numbers;

/// <summary>LEB128, against sums of powers of 128 in numbers of any size.</summary>
internal sealed class Leb128Target : FuzzTarget
{
    public override string Name => "leb128";

    public override int LengthMax => 16;

    public override IReadOnlyList<byte[]> Words { get; } =
        [[0x80], [0x7F], [0xFF], [0x40], [0x3F], [0x0F], [0x10], [0x01], [0x78], [0x08]];

    public override IEnumerable<byte[]> Seeds() => [[0], [0x80, 1], [.. Long(9), 1]];

    public override byte[] Reshape(byte[] input, FuzzRandom random)
    {
        byte[] built = Long(random.Pick(0, 1, 3, 4, 5, 8, 9, 10), random);
        return [.. built, random.OneIn(2) ? random.NextByte() : random.Pick(Words.ToArray())[0]];
    }

    public override void Run(ReadOnlySpan<byte> input, Features features)
    {
        Expectation state = Expect(input, 32, false, out BigInteger value, out int length);
        features.Add(1, (int)state * 32 + length);
        if (NumberCheck.Run(
            input, state, (uint)value, length,
            static (ref r, out v) => r.TryReadUInt32Leb128(out v),
            static (ref r) => r.ReadUInt32Leb128()))
        {
            NumberCheck.RunBack(
                (uint)value, BufferLeb128.GetUnsignedLeb128Length((uint)value),
                static (ref w, v) => w.WriteUInt32Leb128(v),
                static (ref r) => r.ReadUInt32Leb128());
            RequireShortest(value, BufferLeb128.GetUnsignedLeb128Length((uint)value), false);
        }

        state = Expect(input, 64, false, out value, out length);
        features.Add(2, (int)state * 32 + length);
        if (NumberCheck.Run(
            input, state, (ulong)value, length,
            static (ref r, out v) => r.TryReadUInt64Leb128(out v),
            static (ref r) => r.ReadUInt64Leb128()))
        {
            NumberCheck.RunBack(
                (ulong)value, BufferLeb128.GetUnsignedLeb128Length((ulong)value),
                static (ref w, v) => w.WriteUInt64Leb128(v),
                static (ref r) => r.ReadUInt64Leb128());
            RequireShortest(value, BufferLeb128.GetUnsignedLeb128Length((ulong)value), false);
        }

        RunSigned(input, features);
    }

    private static void RunSigned(ReadOnlySpan<byte> input, Features features)
    {
        Expectation state = Expect(input, 32, true, out BigInteger value, out int length);
        features.Add(3, (int)state * 32 + length);
        if (NumberCheck.Run(
            input, state, (int)value, length,
            static (ref r, out v) => r.TryReadInt32Leb128(out v),
            static (ref r) => r.ReadInt32Leb128()))
        {
            NumberCheck.RunBack(
                (int)value, BufferLeb128.GetSignedLeb128Length((int)value),
                static (ref w, v) => w.WriteInt32Leb128(v),
                static (ref r) => r.ReadInt32Leb128());
            RequireShortest(value, BufferLeb128.GetSignedLeb128Length((int)value), true);
        }

        state = Expect(input, 64, true, out value, out length);
        features.Add(4, (int)state * 32 + length);
        if (NumberCheck.Run(
            input, state, (long)value, length,
            static (ref r, out v) => r.TryReadInt64Leb128(out v),
            static (ref r) => r.ReadInt64Leb128()))
        {
            NumberCheck.RunBack(
                (long)value, BufferLeb128.GetSignedLeb128Length((long)value),
                static (ref w, v) => w.WriteInt64Leb128(v),
                static (ref r) => r.ReadInt64Leb128());
            RequireShortest(value, BufferLeb128.GetSignedLeb128Length((long)value), true);
        }
    }

    // The longest form has as many bytes as the bits need; what such a form says must fit.
    private static Expectation Expect(
        ReadOnlySpan<byte> input, int bits, bool isSigned, out BigInteger value, out int length)
    {
        int lengthMax = (bits + 6) / 7;
        value = 0;
        length = 0;
        for (int i = 0; i < input.Length && i < lengthMax; i++)
        {
            bool isLast = input[i] < 128;
            value += (input[i] % 128) * BigInteger.Pow(128, i);
            if (!isLast && i < lengthMax - 1)
                continue;

            if (isSigned && value >= BigInteger.Pow(128, i + 1) / 2)
                value -= BigInteger.Pow(128, i + 1);
            BigInteger top = BigInteger.Pow(2, isSigned ? bits - 1 : bits);
            bool fits = value < top && value >= (isSigned ? -top : 0);
            length = isLast && fits ? i + 1 : 0;
            value = isLast && fits ? value : 0;
            return isLast && fits ? Expectation.Read : Expectation.Invalid;
        }

        value = 0;
        return Expectation.Incomplete;
    }

    private static void RequireShortest(BigInteger value, int length, bool isSigned)
    {
        BigInteger room = BigInteger.Pow(128, length - 1);
        bool isShorter = isSigned
            ? value >= -room / 2 && value < room / 2
            : value < room;
        FuzzFailure.Unless(!isShorter || length == 1, "the form is the shortest", $"{value}");
    }

    private static byte[] Long(int length, FuzzRandom? random = null)
    {
        byte[] bytes = random?.Bytes(length) ?? new byte[length];
        for (int i = 0; i < length; i++)
            bytes[i] |= 0x80;
        return bytes;
    }
}
