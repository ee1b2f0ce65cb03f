using System.Numerics;
using System.Runtime.InteropServices;

namespace Sluice.Memory.Tests.Buffers.Access;

public sealed class ValuesTests
{
    public static TheoryData<BufferKind> Kinds => BufferFactory.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void WriteValues_EachType_WritesAsOneByOne(BufferKind kind)
    {
        Check<byte>(kind, static (b, v) => b.WriteByte(v), static (b, v) => b.WriteByte(v));
        Check<sbyte>(kind, static (b, v) => b.WriteSByte(v), static (b, v) => b.WriteSByte(v));
        Check<short>(
            kind, static (b, v) => b.WriteInt16(v), static (b, v) => b.WriteInt16LittleEndian(v));
        Check<char>(
            kind, static (b, v) => b.WriteChar(v), static (b, v) => b.WriteCharLittleEndian(v));
        Check<Half>(
            kind, static (b, v) => b.WriteHalf(v), static (b, v) => b.WriteHalfLittleEndian(v));
        Check<int>(
            kind, static (b, v) => b.WriteInt32(v), static (b, v) => b.WriteInt32LittleEndian(v));
        Check<float>(
            kind,
            static (b, v) => b.WriteSingle(v),
            static (b, v) => b.WriteSingleLittleEndian(v));
        Check<ulong>(
            kind,
            static (b, v) => b.WriteUInt64(v),
            static (b, v) => b.WriteUInt64LittleEndian(v));
        Check<double>(
            kind,
            static (b, v) => b.WriteDouble(v),
            static (b, v) => b.WriteDoubleLittleEndian(v));
        Check<UInt128>(
            kind,
            static (b, v) => b.WriteUInt128(v),
            static (b, v) => b.WriteUInt128LittleEndian(v));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void WriteValues_SeveralTimes_GoOnBehindTheLast(BufferKind kind)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 12);

        buffer.WriteValues<short>([0x0102]);
        buffer.WriteValuesLittleEndian<int>([0x03040506]);
        buffer.WriteValues<short>([0x0708]);

        Assert.Equal([1, 2, 6, 5, 4, 3, 7, 8], BufferAssert.Written(buffer));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ReadAndWriteValues_TooMany_ThrowAndChangeNothing(BufferKind kind)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 11);
        int[] values = [1, 2, 3];

        BufferAssert.ThrowsAndKeeps<BufferOverflowException>(
            buffer, () => buffer.WriteValues<int>(values));
        BufferAssert.ThrowsAndKeeps<BufferOverflowException>(
            buffer, () => buffer.WriteValuesLittleEndian<int>(values));
        BufferAssert.ThrowsAndKeeps<BufferUnderflowException>(
            buffer, () => buffer.ReadValues<int>(values));
        BufferAssert.ThrowsAndKeeps<BufferUnderflowException>(
            buffer, () => buffer.ReadValuesLittleEndian<int>(values));
        Assert.Equal([1, 2, 3], values);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void WriteValues_OwnBytes_WritesWhatTheyWere(BufferKind kind)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 64);
        BufferAssert.Number(buffer);
        byte[] expected = buffer.AsSpan(0, 60).ToArray();
        MemoryMarshal.Cast<byte, int>(expected.AsSpan()).Reverse();
        Array.Reverse(expected);
        buffer.Position = 3;
        buffer.WriteValues<int>(MemoryMarshal.Cast<byte, int>(buffer.AsSpan(0, 60)));

        // On a big-endian machine the bytes stay in their order.
        if (!BitConverter.IsLittleEndian)
            expected = [.. Enumerable.Range(1, 60).Select(value => (byte)value)];
        Assert.Equal(expected, buffer.AsSpan(3, 60).ToArray());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void AsSpan_AlignedStart_LooksAtTheSameBytes(BufferKind kind)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 32);
        int start = FirstAligned(buffer);
        Span<ulong> values = buffer.AsSpan<ulong>(start, 2);
        values[1] = 0x0102030405060708;

        Assert.Equal(2, values.Length);
        Assert.Equal(
            0x0102030405060708UL,
            BitConverter.IsLittleEndian
                ? buffer.GetUInt64LittleEndian(start + 8)
                : buffer.GetUInt64(start + 8));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void AsSpan_UnalignedStart_Throws(BufferKind kind)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 32);
        int start = FirstAligned(buffer);

        Assert.Throws<ArgumentException>(() => { buffer.AsSpan<ulong>(start + 4, 1); });
        Assert.Throws<ArgumentException>(() => { buffer.AsSpan<short>(start + 1, 1); });
        buffer.AsSpan<int>(start + 4, 1);
        buffer.AsSpan<byte>(start + 1, 1);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    [Trait("pitfall", "26")]
    public void AsSpan_OutsideTheLimit_Throws(BufferKind kind)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 32);
        (int, int)[] ranges =
        [
            (0, 9), (-4, 1), (0, -1), (0, 0x40000001), (0, int.MaxValue), (32, 1),
            (int.MaxValue, 1), (8, 0x3FFFFFFF),
        ];
        foreach ((int start, int count) in ranges)
        {
            Assert.Throws<ArgumentOutOfRangeException>(
                () => { buffer.AsSpan<int>(start, count); });
        }
    }

    private static unsafe int FirstAligned(PlatformBuffer buffer)
    {
        fixed (byte* first = buffer.RemainingSpan)
            return (int)(-(nint)first & 7);
    }

    private static void Check<T>(
        BufferKind kind, Action<PlatformBuffer, T> write, Action<PlatformBuffer, T> writeLittle)
        where T : unmanaged, IBinaryNumber<T>
    {
        var random = new Random(7);
        foreach (int count in new[] { 0, 1, 3, 16, 37 })
        {
            T[] values = new T[count];
            random.NextBytes(MemoryMarshal.AsBytes(values.AsSpan()));
            Check(kind, values, write, isLittle: false);
            Check(kind, values, writeLittle, isLittle: true);
        }
    }

    private static void Check<T>(
        BufferKind kind, T[] values, Action<PlatformBuffer, T> write, bool isLittle)
        where T : unmanaged, IBinaryNumber<T>
    {
        using PlatformBuffer expected = BufferFactory.Create(kind, 600);
        using PlatformBuffer buffer = BufferFactory.Create(kind, 601);
        foreach (T value in values)
            write(expected, value);
        T[] read = new T[values.Length];
        buffer.Position = 1;
        if (isLittle)
        {
            buffer.WriteValuesLittleEndian<T>(values);
            buffer.Position = 1;
            buffer.ReadValuesLittleEndian<T>(read);
        }
        else
        {
            buffer.WriteValues<T>(values);
            buffer.Position = 1;
            buffer.ReadValues<T>(read);
        }

        Assert.Equal(expected.Position, buffer.Position - 1);
        Assert.Equal(BufferAssert.Written(expected), BufferAssert.Written(buffer)[1..]);
        Assert.True(MemoryMarshal.AsBytes(values.AsSpan())
            .SequenceEqual(MemoryMarshal.AsBytes(read.AsSpan())));
    }
}
