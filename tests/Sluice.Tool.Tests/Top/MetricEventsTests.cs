using Sluice.Diagnostics;
using Sluice.Tool.Top;

namespace Sluice.Tool.Tests.Top;

public sealed class MetricEventsTests
{
    [Fact]
    public void Take_ACollection_MakesASnapshot()
    {
        var found = new List<(SluiceSnapshot Snapshot, bool HasAny)>();
        var events = new MetricEvents((snapshot, hasAny) => found.Add((snapshot, hasAny)));

        Take(events, "CollectionStart");
        Take(events, "UpDownCounterRateValuePublished",
            "sluice.connections", "7", "engine=uring,runtime=0,reactor=1");
        Take(events, "CounterRateValuePublished",
            "sluice.connections.closed", "3", "engine=uring,reason=failed,reactor=1,runtime=0");
        Take(events, "HistogramValuePublished", "http.server.request.duration", "", "", "5");
        Take(events, "CollectionStop");
        Take(events, "CollectionStart");
        Take(events, "HistogramValuePublished", "http.server.request.duration", "", "", "6");
        Take(events, "CollectionStop");

        Assert.Equal(2, found.Count);
        Assert.True(found[0].HasAny);
        Assert.False(found[1].HasAny);
        Assert.Equal("uring", found[0].Snapshot.Engine);
        Assert.Equal(7, found[0].Snapshot.Connections);
        Assert.Equal(3, Assert.Single(found[0].Snapshot.Reactors).Failed);
        Assert.Equal(1, found[0].Snapshot.Reactors[0].Index);
        Assert.Equal(5, found[0].Snapshot.Requests);
        Assert.Equal(11, found[1].Snapshot.Requests);
        Assert.Null(events.Refusal);
    }

    [Fact]
    public void Take_ARefusal_IsExplained()
    {
        var events = new MetricEvents((_, _) => { });

        Take(events, "MultipleSessionsConfiguredIncorrectlyError");

        Assert.Contains("another interval", events.Refusal, StringComparison.Ordinal);
    }

    private static void Take(
        MetricEvents events,
        string name,
        string instrument = "",
        string value = "",
        string tags = "",
        string count = "") =>
        events.Take(name, part => part switch
        {
            "instrumentName" => instrument,
            "value" => value,
            "tags" => tags,
            "count" => count,
            _ => null,
        });
}
