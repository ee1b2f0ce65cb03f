using System.Text;
using Sluice.Tool.Load;

namespace Sluice.Tool.Tests.Load;

public class ExpectedAnswerTests
{
    private const string Response =
        "HTTP/1.1 200 OK\r\nDate: Mon, 01 Jan 2029 00:00:00 GMT\r\nContent-Length: 2\r\n\r\nab";

    [Fact]
    public void Matches_AnyCutOfTheSameBytes_IsTrue()
    {
        byte[] bytes = Encoding.ASCII.GetBytes(Response);
        var expected = ExpectedAnswer.OfHttp(bytes);

        for (int start = 0; start <= bytes.Length; start++)
        {
            for (int end = start; end <= bytes.Length; end++)
                Assert.True(expected.Matches(start, bytes.AsSpan(start..end)));
        }
    }

    [Fact]
    public void Matches_OneOtherByte_IsFalseButInTheDate()
    {
        byte[] bytes = Encoding.ASCII.GetBytes(Response);
        var expected = ExpectedAnswer.OfHttp(bytes);
        int date = Response.IndexOf("Mon", StringComparison.Ordinal);

        for (int i = 0; i < bytes.Length; i++)
        {
            byte[] changed = [.. bytes];
            changed[i] ^= 1;
            bool isInDate = i >= date && i < date + "Mon, 01 Jan 2029 00:00:00 GMT".Length;
            Assert.Equal(isInDate, expected.Matches(0, changed));
            Assert.Equal(isInDate, expected.Matches(i, changed.AsSpan(i, 1)));
        }
    }

    [Fact]
    public void OfHttp_DateInTheBodyOnly_AllBytesCount()
    {
        byte[] bytes = "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n\r\nDate: Mon\r"u8.ToArray();
        var expected = ExpectedAnswer.OfHttp(bytes);
        byte[] changed = [.. bytes];
        changed[^2] ^= 1;

        Assert.False(expected.Matches(0, changed));
    }
}
