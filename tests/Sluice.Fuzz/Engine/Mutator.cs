using System.Buffers.Binary;

namespace Sluice.Fuzz.Engine;

/// <summary>
/// Makes inputs from inputs: by what a target knows of its structure, and blindly.
/// </summary>
internal sealed class Mutator(FuzzTarget target, FuzzRandom random)
{
    private const int StepsMax = 4;
    private const int PieceMax = 16;
    private const int DeltaMax = 8;

    private static readonly byte[] Interesting =
        [0, 1, 7, 8, 0x0A, 0x0D, 0x1F, 0x20, 0x30, 0x7F, 0x80, 0x81, 0xC0, 0xD8, 0xFE, 0xFF];

    /// <summary>A new input.</summary>
    /// <param name="input">Not changed.</param>
    /// <param name="other">Another one, to take pieces of.</param>
    public byte[] Mutate(byte[] input, byte[] other)
    {
        bool isReshaped = random.OneIn(3);
        byte[] next = isReshaped ? target.Reshape(input, random) : input;
        int steps = random.Below(StepsMax) + (isReshaped ? 0 : 1);
        for (int i = 0; i < steps; i++)
            next = Step(next, other);
        return next.Length <= target.LengthMax ? next : next[..target.LengthMax];
    }

    private byte[] Step(byte[] input, byte[] other)
    {
        int at = random.Below(input.Length + 1);
        int length = Math.Min(1 + random.Below(PieceMax), input.Length - at);
        switch (random.Below(10))
        {
            case 0:
                return Replace(input, at, 0, random.Bytes(1 + random.Below(PieceMax)));
            case 1:
                return Replace(input, at, length, []);
            case 2:
                return Replace(input, at, 0, input.AsSpan(at, length));
            case 3:
                return input[..at];
            case 4:
                int from = random.Below(other.Length + 1);
                return Replace(input, at, input.Length - at, other.AsSpan(from));
            case 5 when target.Words.Count != 0:
                byte[] word = target.Words[random.Below(target.Words.Count)];
                int over = random.OneIn(2) ? Math.Min(word.Length, input.Length - at) : 0;
                return Replace(input, at, over, word);
            case 6 when input.Length - at >= sizeof(int):
                return Add(input, at);
            case 7 when at < input.Length:
                return Replace(input, at, 1, [(byte)(input[at] ^ (1 << random.Below(8)))]);
            case 8 when at < input.Length:
                return Replace(input, at, 1, [random.Pick<byte>(Interesting)]);
            default:
                return at < input.Length
                    ? Replace(input, at, 1, [random.NextByte()])
                    : Replace(input, at, 0, [random.NextByte()]);
        }
    }

    // A number, of whatever size and order, becomes a little larger or smaller.
    private byte[] Add(byte[] input, int at)
    {
        byte[] next = [.. input];
        Span<byte> number = next.AsSpan(at, sizeof(int));
        int delta = random.Below((2 * DeltaMax) + 1) - DeltaMax;
        switch (random.Below(5))
        {
            case 0:
                number[0] += (byte)delta;
                break;
            case 1:
                BinaryPrimitives.WriteInt16BigEndian(
                    number, (short)(BinaryPrimitives.ReadInt16BigEndian(number) + delta));
                break;
            case 2:
                BinaryPrimitives.WriteInt16LittleEndian(
                    number, (short)(BinaryPrimitives.ReadInt16LittleEndian(number) + delta));
                break;
            case 3:
                BinaryPrimitives.WriteInt32BigEndian(
                    number, BinaryPrimitives.ReadInt32BigEndian(number) + delta);
                break;
            default:
                BinaryPrimitives.WriteInt32LittleEndian(
                    number, BinaryPrimitives.ReadInt32LittleEndian(number) + delta);
                break;
        }

        return next;
    }

    private static byte[] Replace(
        byte[] input, int at, int length, ReadOnlySpan<byte> by) =>
        [.. input.AsSpan(0, at), .. by, .. input.AsSpan(at + length)];
}
