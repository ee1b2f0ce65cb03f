using System.Net;
using Microsoft.Net.Http.Headers;
using Sluice.Tool.Serving.Files;

namespace Sluice.Tool.Tests.Serving;

public class FileRangeTests
{
    [Theory]
    [InlineData("bytes=0-0", 10, 206, 0, 1)]
    [InlineData("bytes=3-", 10, 206, 3, 7)]
    [InlineData("bytes=3-100", 10, 206, 3, 7)]
    [InlineData("bytes=-4", 10, 206, 6, 4)]
    [InlineData("bytes=-40", 10, 206, 0, 10)]
    [InlineData("bytes=10-", 10, 416, 0, 0)]
    [InlineData("bytes=-0", 10, 416, 0, 0)]
    [InlineData("bytes=0-", 0, 416, 0, 0)]
    [InlineData("bytes=-1", 0, 200, 0, 0)]
    [InlineData("bytes=0-1,3-4", 10, 200, 0, 10)]
    [InlineData("lines=0-1", 10, 200, 0, 10)]
    [InlineData("bytes=0-9223372036854775807", 10, 206, 0, 10)]
    public void Choose_Header_FollowsRfc9110(
        string header, long fileLength, int status, long offset, long length)
    {
        Assert.True(RangeHeaderValue.TryParse(header, out RangeHeaderValue? parsed));

        Assert.Equal(
            new FileRange((HttpStatusCode)status, offset, length),
            FileRange.Choose(parsed, fileLength));
    }

    [Fact]
    public void Choose_NoHeader_IsTheWhole() =>
        Assert.Equal(new FileRange(HttpStatusCode.OK, 0, 10), FileRange.Choose(null, 10));
}
