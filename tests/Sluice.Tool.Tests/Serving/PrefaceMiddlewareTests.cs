using System.Buffers;
using System.Text;
using Sluice.Tool.Serving.PriorKnowledge;

namespace Sluice.Tool.Tests.Serving;

public class PrefaceMiddlewareTests
{
    private const string Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    [Theory]
    [InlineData("", null)]
    [InlineData("P", null)]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r", null)]
    [InlineData(Preface, true)]
    [InlineData(Preface + "more", true)]
    [InlineData("PUT /", false)]
    [InlineData("PRI * HTTP/2.1\r\n", false)]
    [InlineData("GET / HTTP/1.1\r\n", false)]
    public void Matches_FirstBytes_AreToldApart(string bytes, bool? expected) =>
        Assert.Equal(
            expected,
            PrefaceMiddleware.Matches(
                new ReadOnlySequence<byte>(Encoding.Latin1.GetBytes(bytes))));
}
