namespace Sluice.Memory.Tests.Buffers.Access;

public sealed class PrefixesTests
{
    public static MatrixTheoryData<BufferKind, LengthPrefix> KindsAndPrefixes =>
        new(Enum.GetValues<BufferKind>(), Enum.GetValues<LengthPrefix>());

    [Fact]
    public void TryReadPrefixedBytes_NotAllThere_GivesNone()
    {
        using PlatformBuffer buffer = PlatformBuffer.Wrap([3, 1, 2]);

        Assert.False(buffer.TryReadPrefixedBytes(LengthPrefix.UInt8, 10, out byte[]? bytes));
        Assert.Null(bytes);
        Assert.Equal(0, buffer.Position);
    }

    [Theory]
    [InlineData(LengthPrefix.UInt8, "02")]
    [InlineData(LengthPrefix.UInt16, "0002")]
    [InlineData(LengthPrefix.UInt16LittleEndian, "0200")]
    [InlineData(LengthPrefix.UInt32, "00000002")]
    [InlineData(LengthPrefix.UInt32LittleEndian, "02000000")]
    [InlineData(LengthPrefix.Leb128, "02")]
    [InlineData(LengthPrefix.Mqtt, "02")]
    public void WritePrefixedBytes_EachPrefix_StandsBeforeTheBytes(
        LengthPrefix prefix, string hex)
    {
        using PlatformBuffer buffer = PlatformBuffer.Allocate(16);
        buffer.WritePrefixedBytes(prefix, [0xAA, 0xBB]);

        Assert.Equal(hex + "AABB", Convert.ToHexString(BufferAssert.Written(buffer)));
    }

    [Theory]
    [MemberData(nameof(KindsAndPrefixes))]
    public void ReadPrefixed_WhatWasWritten_ReturnsIt(BufferKind kind, LengthPrefix prefix)
    {
        byte[] bytes = [.. Enumerable.Range(0, 200).Select(value => (byte)value)];
        using PlatformBuffer buffer = BufferFactory.Create(kind, 1200);
        for (int i = 0; i < 3; i++)
            buffer.WritePrefixedBytes(prefix, bytes);
        buffer.WritePrefixedBytes(prefix, []);
        buffer.WritePrefixedText(prefix, "\u20AC\u00E4");
        buffer.WritePrefixedText(prefix, "\u20AC\u00E4", TextEncoding.Utf16LittleEndian);
        buffer.ResetForRead();

        Assert.Equal(bytes, buffer.ReadPrefixedBytes(prefix, 200));
        Assert.True(buffer.TryReadPrefixedBytes(prefix, 200, out byte[]? again));
        Assert.Equal(bytes, again);
        using PlatformBuffer slice = buffer.ReadPrefixedSlice(prefix, 200);
        Assert.True(slice.ContentEquals(bytes));
        Assert.Empty(buffer.ReadPrefixedBytes(prefix, 0));
        Assert.Equal("\u20AC\u00E4", buffer.ReadPrefixedText(prefix, 5));
        Assert.True(buffer.TryReadPrefixedText(
            prefix, 4, out string? text, TextEncoding.Utf16LittleEndian));
        Assert.Equal("\u20AC\u00E4", text);
        Assert.Equal(0, buffer.Remaining);
    }

    [Theory]
    [MemberData(nameof(KindsAndPrefixes))]
    [Trait("pitfall", "30")]
    public void ReadPrefixed_LengthAboveTheCap_ThrowsAndChangesNothing(
        BufferKind kind, LengthPrefix prefix)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 32);
        buffer.WritePrefixedBytes(prefix, new byte[11]);
        int whole = buffer.Position;

        // Whether the bytes are there or not.
        foreach (int limit in new[] { whole, whole - 11 })
        {
            buffer.Limit = limit;
            buffer.Position = 0;
            Action[] actions =
            [
                () => buffer.ReadPrefixedBytes(prefix, 10),
                () => buffer.TryReadPrefixedBytes(prefix, 10, out _),
                () => buffer.ReadPrefixedSlice(prefix, 10),
                () => buffer.ReadPrefixedText(prefix, 10),
                () => buffer.TryReadPrefixedText(prefix, 10, out _),
            ];
            foreach (Action action in actions)
                BufferAssert.ThrowsAndKeeps<InvalidDataException>(buffer, action);
        }
    }

    [Theory]
    [InlineData(LengthPrefix.UInt32, "FFFFFFFF")]
    [InlineData(LengthPrefix.UInt32, "80000000")]
    [InlineData(LengthPrefix.UInt32LittleEndian, "FFFFFFFF")]
    [InlineData(LengthPrefix.Leb128, "FFFFFFFF0F")]
    [Trait("pitfall", "30")]
    public void ReadPrefixed_LengthAboveInt32_IsAboveEveryCap(LengthPrefix prefix, string hex)
    {
        using PlatformBuffer buffer = PlatformBuffer.Wrap(Convert.FromHexString(hex));

        BufferAssert.ThrowsAndKeeps<InvalidDataException>(
            buffer, () => buffer.ReadPrefixedBytes(prefix, int.MaxValue));
        BufferAssert.ThrowsAndKeeps<InvalidDataException>(
            buffer, () => buffer.ReadPrefixedSlice(prefix, int.MaxValue));
    }

    [Theory]
    [MemberData(nameof(KindsAndPrefixes))]
    [Trait("pitfall", "30")]
    public void ReadPrefixed_LengthOfAPeerWithinTheCap_AllocatesNothingBeforeTheBytesAreThere(
        BufferKind kind, LengthPrefix prefix)
    {
        int length = prefix == LengthPrefix.UInt8 ? 200
            : prefix is LengthPrefix.UInt16 or LengthPrefix.UInt16LittleEndian ? 60_000
            : 100_000_000;
        using PlatformBuffer buffer = BufferFactory.Create(kind, 8);
        var writer = new BufferWriter(buffer.RemainingSpan);
        LengthPrefixCodec.Write(ref writer, prefix, length);
        buffer.TryReadPrefixedBytes(prefix, int.MaxValue, out _);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(buffer.TryReadPrefixedBytes(prefix, int.MaxValue, out _));
        Assert.False(buffer.TryReadPrefixedText(prefix, int.MaxValue, out _));
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(0, buffer.Position);
    }

    [Theory]
    [MemberData(nameof(KindsAndPrefixes))]
    public void ReadPrefixed_NotAllThere_ChangesNothing(BufferKind kind, LengthPrefix prefix)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 16);
        buffer.WritePrefixedText(prefix, "abc");
        for (int limit = buffer.Position - 1; limit >= 0; limit--)
        {
            buffer.Limit = limit;
            buffer.Position = 0;
            BufferAssert.IsFalseAndKeeps(
                buffer, () => buffer.TryReadPrefixedBytes(prefix, 10, out _));
            BufferAssert.IsFalseAndKeeps(
                buffer, () => buffer.TryReadPrefixedText(prefix, 10, out _));
            BufferAssert.ThrowsAndKeeps<BufferUnderflowException>(
                buffer, () => buffer.ReadPrefixedBytes(prefix, 10));
            BufferAssert.ThrowsAndKeeps<BufferUnderflowException>(
                buffer, () => buffer.ReadPrefixedSlice(prefix, 10));
            BufferAssert.ThrowsAndKeeps<BufferUnderflowException>(
                buffer, () => buffer.ReadPrefixedText(prefix, 10));
        }
    }

    [Theory]
    [MemberData(nameof(KindsAndPrefixes))]
    public void ReadPrefixedText_BytesThatAreNoText_ThrowsAndChangesNothing(
        BufferKind kind, LengthPrefix prefix)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 16);
        buffer.WritePrefixedBytes(prefix, [0xFF]);
        buffer.ResetForRead();

        BufferAssert.ThrowsAndKeeps<InvalidDataException>(
            buffer, () => buffer.ReadPrefixedText(prefix, 10));
        BufferAssert.ThrowsAndKeeps<InvalidDataException>(
            buffer, () => buffer.TryReadPrefixedText(prefix, 10, out _));
        Assert.Equal(
            "\uFFFD",
            buffer.ReadPrefixedText(prefix, 10, TextEncoding.Utf8, TextErrors.Replace));
    }

    [Theory]
    [InlineData(LengthPrefix.UInt8, 255)]
    [InlineData(LengthPrefix.UInt16, 65_535)]
    [InlineData(LengthPrefix.UInt16LittleEndian, 65_535)]
    public void WritePrefixed_MoreThanThePrefixCanSay_ThrowsAndChangesNothing(
        LengthPrefix prefix, int max)
    {
        using PlatformBuffer buffer = PlatformBuffer.Allocate(70_000, AllocationZone.Heap);

        BufferAssert.ThrowsAndKeeps<ArgumentOutOfRangeException>(
            buffer, () => buffer.WritePrefixedBytes(prefix, new byte[max + 1]));
        BufferAssert.ThrowsAndKeeps<ArgumentOutOfRangeException>(
            buffer, () => buffer.WritePrefixedText(prefix, new string('x', max + 1)));
        buffer.WritePrefixedBytes(prefix, new byte[max]);
        buffer.ResetForRead();
        Assert.Equal(max, buffer.ReadPrefixedBytes(prefix, max).Length);
    }

    [Theory]
    [MemberData(nameof(KindsAndPrefixes))]
    public void WritePrefixed_RoomForThePrefixOnly_ThrowsAndChangesNothing(
        BufferKind kind, LengthPrefix prefix)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 6);
        BufferAssert.Number(buffer);

        BufferAssert.ThrowsAndKeeps<BufferOverflowException>(
            buffer, () => buffer.WritePrefixedBytes(prefix, new byte[6]));
        BufferAssert.ThrowsAndKeeps<BufferOverflowException>(
            buffer, () => buffer.WritePrefixedText(prefix, "abcdef"));
        BufferAssert.ThrowsAndKeeps<ArgumentException>(
            buffer, () => buffer.WritePrefixedText(prefix, "\uD800"));
    }

    [Fact]
    public void ReadAndWritePrefixed_NoSuchArgument_ThrowAndChangeNothing()
    {
        using PlatformBuffer buffer = PlatformBuffer.Allocate(16, AllocationZone.Heap);
        Action[] actions =
        [
            () => buffer.ReadPrefixedBytes(LengthPrefix.UInt8, -1),
            () => buffer.ReadPrefixedBytes((LengthPrefix)7, 8),
            () => buffer.TryReadPrefixedBytes((LengthPrefix)(-1), 8, out _),
            () => buffer.WritePrefixedBytes((LengthPrefix)7, [1]),
        ];
        foreach (Action action in actions)
            BufferAssert.ThrowsAndKeeps<ArgumentOutOfRangeException>(buffer, action);
    }
}
