namespace Sluice.AspNetCore.Tests;

public class ConnectionIdGeneratorTests
{
    [Fact]
    public void Next_ManyTimes_SortsByBirth()
    {
        var generator = new ConnectionIdGenerator(TimeProvider.System);

        string[] ids = [.. Enumerable.Range(0, 100).Select(_ => generator.Next())];

        Assert.Equal(ids.Distinct().Order(StringComparer.Ordinal), ids);
    }
}
