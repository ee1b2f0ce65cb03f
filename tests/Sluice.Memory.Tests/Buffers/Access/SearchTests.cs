namespace Sluice.Memory.Tests.Buffers.Access;

public sealed class SearchTests
{
    public static TheoryData<BufferKind> Kinds => BufferFactory.Kinds;

    [Fact]
    public void ContentEqualsAndMismatch_NoBuffer_Throw()
    {
        using PlatformBuffer buffer = PlatformBuffer.Wrap([1]);

        Assert.Throws<ArgumentNullException>(() => buffer.ContentEquals((PlatformBuffer)null!));
        Assert.Throws<ArgumentNullException>(() => buffer.Mismatch((PlatformBuffer)null!));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void IndexOf_Byte_LooksAtWhatRemains(BufferKind kind)
    {
        using PlatformBuffer buffer = Of(kind, 1, 2, 3, 2, 1);
        buffer.Position = 2;
        buffer.Limit = 4;

        Assert.Equal(3, buffer.IndexOf(2));
        Assert.Equal(2, buffer.IndexOf(3));
        Assert.Equal(-1, buffer.IndexOf(1));
        Assert.Equal(2, buffer.Position);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void IndexOf_Bytes_LooksAtWhatRemains(BufferKind kind)
    {
        using PlatformBuffer buffer = Of(kind, 1, 2, 1, 2, 3, 1);
        buffer.Position = 1;
        buffer.Limit = 5;

        Assert.Equal(2, buffer.IndexOf([1, 2]));
        Assert.Equal(-1, buffer.IndexOf([3, 1]));
        Assert.Equal(-1, buffer.IndexOf([2, 1, 2, 3, 1, 1, 1]));
        Assert.Equal(1, buffer.IndexOf([]));
        Assert.Equal(1, buffer.Position);
    }

    [Fact]
    public void IndexOf_OfAReader_CountsFromItsStart()
    {
        var reader = new BufferReader([1, 2, 1, 2]);
        reader.Advance(1);

        Assert.Equal(2, reader.IndexOf(1));
        Assert.Equal(2, reader.IndexOf([1, 2]));
        Assert.Equal(-1, reader.IndexOf(3));
        Assert.Equal(-1, reader.IndexOf([1, 1]));
        Assert.Equal(1, reader.Position);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ContentEquals_OtherBuffer_ComparesWhatRemains(BufferKind kind)
    {
        using PlatformBuffer buffer = Of(kind, 9, 1, 2, 3);
        using PlatformBuffer same = Of(kind, 1, 2, 3, 9);
        buffer.Position = 1;
        Assert.False(buffer.ContentEquals(same));
        same.Limit = 3;

        Assert.True(buffer.ContentEquals(same));
        Assert.True(buffer.ContentEquals([1, 2, 3]));
        Assert.False(buffer.ContentEquals([1, 2]));
        Assert.False(buffer.ContentEquals([1, 2, 4]));
        Assert.Equal((1, 0), (buffer.Position, same.Position));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Mismatch_OtherBuffer_CountsFromThePosition(BufferKind kind)
    {
        using PlatformBuffer buffer = Of(kind, 9, 1, 2, 3);
        using PlatformBuffer other = Of(kind, 1, 2, 4);
        buffer.Position = 1;

        Assert.Equal(2, buffer.Mismatch(other));
        Assert.Equal(-1, buffer.Mismatch([1, 2, 3]));
        Assert.Equal(2, buffer.Mismatch([1, 2]));
        Assert.Equal(3, buffer.Mismatch([1, 2, 3, 4]));
        Assert.Equal(0, buffer.Mismatch([]));
        other.Position = other.Limit;
        buffer.Position = buffer.Limit;
        Assert.Equal(-1, buffer.Mismatch(other));
    }

    private static PlatformBuffer Of(BufferKind kind, params byte[] bytes)
    {
        PlatformBuffer buffer = BufferFactory.Create(kind, bytes.Length);
        buffer.SetBytes(0, bytes);
        return buffer;
    }
}
