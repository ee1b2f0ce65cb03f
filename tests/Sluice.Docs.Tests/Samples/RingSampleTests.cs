using Sluice.Uring;

namespace Sluice.Docs.Tests.Samples;

/// <summary>samples/ring echoes, with more clients than it has buffers.</summary>
public sealed class RingSampleTests
{
    [Fact]
    public async Task Ring_MoreClientsThanBuffers_EchoesAll()
    {
        RequireRing();
        await using SampleProcess sample = await SampleProcess.StartAsync("ring", "127.0.0.1:0");
        string[] texts =
            [.. Enumerable.Range(0, 300).Select(i => new string((char)('a' + (i % 26)), 20_000))];

        string[] echoes = await Task.WhenAll(
            texts.Select(text => SampleClient.ExchangeAsync(sample.EndPoint, text)));

        Assert.Equal(texts, echoes);
    }

    private static void RequireRing()
    {
        try
        {
            Ring.Create(new RingOptions { Entries = 8 }).Dispose();
        }
        catch (RingException failure)
        {
            Assert.Skip(failure.Message);
        }
    }
}
