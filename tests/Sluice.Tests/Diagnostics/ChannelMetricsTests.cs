using System.Runtime.Versioning;
using Sluice.Ipc;
using Sluice.Ipc.Channels;
using Sluice.Testing.Connections;

namespace Sluice.Tests.Diagnostics;

/// <summary>Runs alone: other channels of the process are in the same figures.</summary>
[Collection(nameof(AloneCollection))]
[SupportedOSPlatform("linux")]
public sealed class ChannelMetricsTests
{
    [Fact]
    public void Messages_WrittenAndRead_AreCountedBeyondTheDispose()
    {
        using var reader = new MeterReader();
        (SharedChannelWriter writer, SharedChannelReader other) =
            SharedChannel.CreatePair(new SharedChannelOptions { Capacity = 4096 });
        Dictionary<string, long> before = reader.Read();

        for (int i = 0; i < 1000; i++)
        {
            Assert.True(writer.TryWrite(new byte[100]));
            Assert.True(other.TryRead(out _));
            other.Advance();
        }

        Assert.True(writer.TryWrite(new byte[100]));
        Dictionary<string, long> during = reader.Read();
        writer.Dispose();
        other.Dispose();
        Dictionary<string, long> after = reader.Read();

        Assert.Equal(1001, Difference(before, during, "sluice.channel.messages direction=written"));
        Assert.Equal(1000, Difference(before, during, "sluice.channel.messages direction=read"));
        Assert.Equal(0, Difference(during, after, "sluice.channel.messages direction=written"));
        Assert.Equal(0, Difference(during, after, "sluice.channel.messages direction=read"));
    }

    [Fact]
    public async Task Waits_AMessageIsAwaited_AreCounted()
    {
        using var reader = new MeterReader();
        (SharedChannelWriter writer, SharedChannelReader other) =
            SharedChannel.CreatePair(new SharedChannelOptions { Capacity = 4096 });
        using SharedChannelWriter writing = writer;
        using SharedChannelReader reading = other;
        Dictionary<string, long> before = reader.Read();

        ValueTask<bool> wait = other.WaitToReadAsync();
        Assert.True(writer.TryWrite([1]));
        Assert.True(await wait.Within());

        Assert.Equal(1, Difference(before, reader.Read(), "sluice.channel.waits"));
    }

    [Fact]
    public async Task Peers_OneComesAndDies_AreCounted()
    {
        using var reader = new MeterReader();
        (DescriptorChannel near, DescriptorChannel far) = DescriptorChannel.CreatePair();
        using DescriptorChannel nearEnd = near;
        using DescriptorChannel farEnd = far;
        SharedChannelWriter writer =
            SharedChannel.CreateWriter(new SharedChannelOptions { Capacity = 4096 });
        using SharedChannelWriter writing = writer;
        Dictionary<string, long> before = reader.Read();

        SharedChannelPeer peer = writer.ShareReader(near);
        SharedChannelReader other = SharedChannel.AttachReader(far);
        Dictionary<string, long> during = reader.Read();
        other.Dispose();
        _ = await peer.Ended.Within();
        Dictionary<string, long> after = reader.Read();

        Assert.Equal(2, Difference(before, during, "sluice.channel.peers"));
        Assert.Equal(-2, Difference(during, after, "sluice.channel.peers"));
        Assert.Equal(
            2,
            after.Where(f => f.Key.StartsWith("sluice.channel.ended", StringComparison.Ordinal))
                .Sum(f => Difference(during, after, f.Key)));
    }

    private static long Difference(
        Dictionary<string, long> before, Dictionary<string, long> after, string figure) =>
        after[figure] - before.GetValueOrDefault(figure);
}
