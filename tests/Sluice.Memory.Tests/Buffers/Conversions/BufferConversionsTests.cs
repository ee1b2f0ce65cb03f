namespace Sluice.Memory.Tests.Buffers.Conversions;

public sealed class BufferConversionsTests
{
    public enum Conversion
    {
        ToNativeData,
        ToMutableNativeData,
        ToByteArray,
    }

    /// <summary>The copy table of reference/buffer-linux-platform.md.</summary>
    public static TheoryData<Conversion, BufferKind, bool> CopyTable => new()
    {
        { Conversion.ToNativeData, BufferKind.Heap, true },
        { Conversion.ToNativeData, BufferKind.Direct, true },
        { Conversion.ToNativeData, BufferKind.SharedMemory, true },
        { Conversion.ToMutableNativeData, BufferKind.Heap, true },
        { Conversion.ToMutableNativeData, BufferKind.Direct, true },
        { Conversion.ToMutableNativeData, BufferKind.SharedMemory, true },
        { Conversion.ToByteArray, BufferKind.Heap, false },
        { Conversion.ToByteArray, BufferKind.WrappedArray, false },
        { Conversion.ToByteArray, BufferKind.WrappedArrayPart, true },
        { Conversion.ToByteArray, BufferKind.Direct, true },
        { Conversion.ToByteArray, BufferKind.SharedMemory, true },
    };

    [Theory]
    [MemberData(nameof(CopyTable))]
    public void Convert_ThenChangeTheBuffer_IsSeenOnlyWithoutACopy(
        Conversion conversion, BufferKind kind, bool isCopy)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 4);
        buffer.WriteInt32(0x01020304);
        buffer.ResetForRead();
        using Converted converted = Convert(conversion, buffer);
        Assert.Equal([1, 2, 3, 4], converted.Bytes());

        buffer.SetByte(0, 9);

        Assert.Equal([isCopy ? (byte)1 : (byte)9, 2, 3, 4], converted.Bytes());
    }

    [Theory]
    [MemberData(nameof(CopyTable))]
    public void Convert_PositionInside_TakesTheRestAndKeepsThePosition(
        Conversion conversion, BufferKind kind, bool isCopy)
    {
        _ = isCopy;
        using PlatformBuffer buffer = BufferFactory.Create(kind, 4);
        buffer.WriteInt32(0x01020304);
        buffer.ResetForRead();
        buffer.Position = 1;
        buffer.Limit = 3;

        using Converted converted = Convert(conversion, buffer);

        Assert.Equal([2, 3], converted.Bytes());
        Assert.Equal(1, buffer.Position);
        Assert.Equal(3, buffer.Limit);
    }

    [Theory]
    [MemberData(nameof(CopyTable))]
    public void Convert_AfterDispose_Throws(Conversion conversion, BufferKind kind, bool isCopy)
    {
        _ = isCopy;
        PlatformBuffer buffer = BufferFactory.Create(kind, 4);
        buffer.Dispose();

        Assert.Throws<ObjectDisposedException>(() => Convert(conversion, buffer));
    }

    [Fact]
    public void ToNativeData_BufferDisposed_KeepsItsOwnMemory()
    {
        PlatformBuffer buffer = PlatformBuffer.Wrap([1, 2, 3]);
        using NativeData data = buffer.ToNativeData();
        buffer.Dispose();

        Assert.Equal([1, 2, 3], data.Span.ToArray());
        Assert.Equal((nuint)3, data.NativeSize);
        Assert.Equal(data.NativeAddress, data.NativeBuffer.NativeAddress);
    }

    [Fact]
    public void NativeData_AfterDispose_Throws()
    {
        using PlatformBuffer buffer = PlatformBuffer.Wrap([1, 2, 3]);
        NativeData data = buffer.ToNativeData();
        data.Dispose();
        data.Dispose();

        Assert.Throws<ObjectDisposedException>(() => data.NativeAddress);
        Assert.Throws<ObjectDisposedException>(() => data.Span.Length);
    }

    private static Converted Convert(Conversion conversion, PlatformBuffer buffer)
    {
        switch (conversion)
        {
            case Conversion.ToNativeData:
                NativeData data = buffer.ToNativeData();
                return new Converted(data, () => data.Span.ToArray());
            case Conversion.ToMutableNativeData:
                MutableNativeData mutable = buffer.ToMutableNativeData();
                return new Converted(mutable, () => mutable.Span.ToArray());
            default:
                byte[] array = buffer.ToByteArray();
                return new Converted(null, () => array);
        }
    }

    private sealed record Converted(IDisposable? Owner, Func<byte[]> Bytes) : IDisposable
    {
        public void Dispose() => Owner?.Dispose();
    }
}
