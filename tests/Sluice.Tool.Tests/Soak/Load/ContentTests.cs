using Sluice.Tool.Soak.Load;

namespace Sluice.Tool.Tests.Soak.Load;

public class ContentTests
{
    private const int Length = 5000;

    public static TheoryData<bool> Kinds => [true, false];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Fill_InPieces_IsTheWhole(bool isUnique)
    {
        Content content = Create(isUnique);
        byte[] whole = new byte[Length];
        content.Fill(whole, 0);

        byte[] pieces = new byte[Length];
        for (int start = 0, length = 1; start < Length; start += length, length += 3)
        {
            length = Math.Min(length, Length - start);
            content.Fill(pieces.AsSpan(start, length), start);
        }

        Assert.Equal(whole, pieces);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void CountWrong_SomeChanged_CountsThem(bool isUnique)
    {
        const long Position = 12_345_678_901;
        Content content = Create(isUnique);
        byte[] bytes = new byte[Length];
        content.Fill(bytes, Position);
        Assert.Equal(0, content.CountWrong(bytes, Position));

        bytes[0] ^= 1;
        bytes[777] ^= 0x80;
        bytes[^1] ^= 1;

        Assert.Equal(3, content.CountWrong(bytes, Position));
    }

    [Fact]
    public void CountWrong_OfAnother_IsAlmostAll()
    {
        var random = new Random(1);
        var content = Content.Unique(random);
        byte[] bytes = new byte[Length];
        content.Fill(bytes, 0);

        Assert.InRange(Content.Unique(random).CountWrong(bytes, 0), Length * 9 / 10, Length);
        Assert.InRange(content.CountWrong(bytes, 1), Length * 9 / 10, Length);
    }

    [Fact]
    public void Alphabet_Bytes_AreThoseOfTheServer()
    {
        byte[] bytes = new byte[30];

        Content.Alphabet.Fill(bytes, 0);

        Assert.Equal("abcdefghijklmnopqrstuvwxyzabcd"u8, bytes);
    }

    private static Content Create(bool isUnique) =>
        isUnique ? Content.Unique(new Random(1)) : Content.Alphabet;
}
