using Sluice.Tool.Top;

namespace Sluice.Tool.Tests.Top;

public sealed class HttpTopSourceTests
{
    [Theory]
    [InlineData("http://host:1", "http://host:1/sluice/snapshot")]
    [InlineData("http://host:1/", "http://host:1/sluice/snapshot")]
    [InlineData("http://host:1/sluice", "http://host:1/sluice/snapshot")]
    [InlineData("https://host/a/b/", "https://host/a/b/snapshot")]
    public void SnapshotOf_ADashboard_IsBelowIt(string dashboard, string snapshot) =>
        Assert.Equal(new Uri(snapshot), HttpTopSource.SnapshotOf(new Uri(dashboard)));
}
