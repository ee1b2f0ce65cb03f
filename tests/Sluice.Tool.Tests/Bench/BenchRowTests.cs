using Sluice.Tool.Bench;

namespace Sluice.Tool.Tests.Bench;

public class BenchRowTests
{
    [Theory]
    [InlineData("file-4k", "file-4k")]
    [InlineData("file", "file-4k file-1m")]
    [InlineData("channel", "channel-latency channel-stream")]
    [InlineData("fil", "")]
    [InlineData("file-", "")]
    public void IsMeantBy_NameOrGroup_IsThatRowOrAllOfTheGroup(string name, string rows) =>
        Assert.Equal(
            rows,
            string.Join(
                ' ',
                BenchRows.All.Where(row => row.IsMeantBy(name)).Select(row => row.Name)));
}
