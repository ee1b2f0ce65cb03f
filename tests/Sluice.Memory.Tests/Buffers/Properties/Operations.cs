using System.Buffers;
using System.Buffers.Binary;

namespace Sluice.Memory.Tests.Buffers.Properties;

/// <summary>The operations that sequences consist of.</summary>
internal static class Operations
{
    private static readonly Operation[] s_all =
    [
        .. Cursor(), .. Numbers(), .. Bytes(), .. TextOperations.All, .. Others(),
    ];

    public static int Count => s_all.Length;

    public static Operation Get(int index) => s_all[index];

    public static object? Do(Action action)
    {
        action();
        return null;
    }

    private static Operation[] Cursor() =>
    [
        new(
            "Position",
            static (b, x) => Do(() => b.Position = x.A),
            static (m, x) => m.Set(x.A, m.Limit, value => m.Position = value)),
        new(
            "Limit",
            static (b, x) => Do(() => b.Limit = x.A),
            static (m, x) => m.Set(x.A, m.Capacity, value =>
            {
                m.Limit = value;
                m.Position = Math.Min(m.Position, value);
            })),
        new(
            "Advance",
            static (b, x) => Do(() => b.Advance(x.A)),
            static (m, x) => m.Set(x.A, m.Remaining, value => m.Position += value)),
        new(
            "ResetForRead",
            static (b, _) => Do(b.ResetForRead),
            static (m, _) => Do(() => (m.Limit, m.Position) = (m.Position, 0))),
        new(
            "ResetForWrite",
            static (b, _) => Do(b.ResetForWrite),
            static (m, _) => Do(() => (m.Limit, m.Position) = (m.Capacity, 0))),
        new("Compact", static (b, _) => Do(b.Compact), static (m, _) => Do(m.Compact)),
        new(
            "Slice",
            static (b, x) => b.Slice(x.A, x.B),
            static (m, x) => m.Slice(x.A, x.B, x.SlicesKeepMemory)),
        new(
            "ReadSlice",
            static (b, x) => b.ReadSlice(x.A),
            static (m, x) => m.ReadSlice(x.A, x.SlicesKeepMemory)),
        new(
            "Pin",
            static (b, x) => b.Pin(x.A),
            static (m, x) => m.IsWithin(x.A, 0) ? x.A : Failure.OutOfRange),
        new(
            "Dispose",
            static (b, _) => Do(b.Dispose),
            static (m, _) => Do(m.End)),
    ];

    private static Operation[] Numbers() =>
    [
        new(
            "ReadInt32",
            static (b, _) => b.ReadInt32(),
            static (m, _) => m.Reading(4, static x => BinaryPrimitives.ReadInt32BigEndian(x))),
        new(
            "WriteInt32",
            static (b, x) => Do(() => b.WriteInt32(x.A)),
            static (m, x) => m.Writing(BitConverter.GetBytes(
                BinaryPrimitives.ReverseEndianness(x.A)))),
        new(
            "ReadUInt16LittleEndian",
            static (b, _) => b.ReadUInt16LittleEndian(),
            static (m, _) => m.Reading(2, static x => BitConverter.ToUInt16(x))),
        new(
            "GetInt64LittleEndian",
            static (b, x) => b.GetInt64LittleEndian(x.A),
            static (m, x) => m.Getting(x.A, 8, static bytes => BitConverter.ToInt64(bytes))),
        new(
            "SetDoubleLittleEndian",
            static (b, x) => Do(() => b.SetDoubleLittleEndian(x.A, x.B)),
            static (m, x) => m.Setting(x.A, BitConverter.GetBytes((double)x.B))),
        new(
            "GetByte",
            static (b, x) => b.GetByte(x.A),
            static (m, x) => m.Getting(x.A, 1, static bytes => bytes[0])),
        new(
            "WriteUnsigned",
            static (b, x) => Do(() => b.WriteUnsigned((uint)x.A, x.ByteCount)),
            static (m, x) => Sized((uint)x.A, x.ByteCount) is { } bytes
                ? m.Writing(bytes)
                : Failure.OutOfRange),
        new(
            "ReadUnsigned",
            static (b, x) => b.ReadUnsigned(x.ByteCount),
            static (m, x) => x.ByteCount is < 1 or > 8
                ? Failure.OutOfRange
                : m.Reading(x.ByteCount, static bytes => bytes.Aggregate(
                    0UL, static (sum, part) => (sum * 256) + part))),
    ];

    private static Operation[] Bytes() =>
    [
        new(
            "ReadBytes",
            static (b, x) => b.ReadBytes(x.A),
            static (m, x) => m.Reading(x.A, static bytes => bytes)),
        new(
            "WriteBytes",
            static (b, x) => Do(() => b.WriteBytes(x.Bytes)),
            static (m, x) => m.Writing(x.Bytes)),
        new(
            "WriteBytes of an array",
            static (b, x) => Do(() => b.WriteBytes(new byte[4], x.A, x.B)),
            static (m, x) => x.A < 0 || x.B < 0 || (long)x.A + x.B > 4
                ? Failure.OutOfRange
                : m.Writing(new byte[x.B])),
        new(
            "SetBytes",
            static (b, x) => Do(() => b.SetBytes(x.A, x.Bytes)),
            static (m, x) => m.Setting(x.A, x.Bytes)),
        new(
            "AsSpan",
            static (b, x) => b.AsSpan(x.A, x.B).ToArray(),
            static (m, x) => m.IsWithin(x.A, x.B)
                ? m.Span(x.A, x.B).ToArray()
                : Failure.OutOfRange),
        new(
            "RemainingMemory",
            static (b, _) => b.RemainingMemory.ToArray(),
            static (m, _) => m.Rest.ToArray()),
        new(
            "Write",
            static (b, x) => Do(() => b.Write(x.Other)),
            static (m, x) => WriteOther(m, x.OtherModel)),
        new(
            "WriteValues",
            static (b, x) => Do(() => b.WriteValues<short>([(short)x.A, (short)x.B])),
            static (m, x) => m.Writing(
                [(byte)(x.A >> 8), (byte)x.A, (byte)(x.B >> 8), (byte)x.B])),
        new(
            "GetSpan",
            static (b, x) => ((IBufferWriter<byte>)b).GetSpan(x.A).Length,
            static (m, x) => x.A < 0 ? Failure.OutOfRange
                : Math.Max(x.A, 1) > m.Remaining ? Failure.Overflow
                : m.Remaining),
    ];

    private static Operation[] Others() =>
    [
        new(
            "IndexOf",
            static (b, x) => b.IndexOf((byte)x.A),
            static (m, x) => Array.IndexOf(m.Rest.ToArray(), (byte)x.A) is >= 0 and int found
                ? m.Position + found
                : -1),
        new(
            "Mismatch",
            static (b, x) => b.Mismatch(x.Other),
            static (m, x) => x.OtherModel.IsEnded
                ? new Failure(typeof(ObjectDisposedException))
                : Mismatch(m.Rest, x.OtherModel.Rest)),
        new(
            "Fill",
            static (b, x) => Do(() => b.Fill((byte)x.A)),
            static (m, x) => Do(() => m.Span(m.Position, m.Remaining).Fill((byte)x.A))),
        new(
            "WriteRepeated",
            static (b, x) => Do(() => b.WriteRepeated(7, x.A)),
            static (m, x) => x.A < 0 ? Failure.OutOfRange
                : x.A > m.Remaining ? Failure.Overflow
                : m.Writing([.. Enumerable.Repeat((byte)7, x.A)])),
        new(
            "XorMask",
            static (b, x) => b.XorMask((uint)x.A, x.B),
            static (m, x) => x.B is < 0 or > 3 ? Failure.OutOfRange : Mask(m, x.A, x.B)),
    ];

    private static object? WriteOther(BufferModel model, BufferModel other)
    {
        if (ReferenceEquals(model, other))
            return Failure.Argument;
        if (other.IsEnded)
            return new Failure(typeof(ObjectDisposedException));

        object? result = model.Writing(other.Rest.ToArray());
        if (result is null)
            other.Position = other.Limit;
        return result;
    }

    private static byte[]? Sized(ulong value, int count)
    {
        if (count is < 1 or > 8 || (count < 8 && value >= 1UL << (8 * count)))
            return null;

        return BitConverter.GetBytes(BinaryPrimitives.ReverseEndianness(value))[(8 - count)..];
    }

    private static int Mismatch(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        int index = 0;
        while (index < one.Length && index < other.Length && one[index] == other[index])
            index++;
        return index == one.Length && index == other.Length ? -1 : index;
    }

    private static object Mask(BufferModel model, int mask, int offset)
    {
        Span<byte> bytes = model.Span(model.Position, model.Remaining);
        for (int i = 0; i < bytes.Length; i++, offset++)
            bytes[i] ^= (byte)(mask >> (8 * (3 - (offset % 4))));
        return offset % 4;
    }
}
