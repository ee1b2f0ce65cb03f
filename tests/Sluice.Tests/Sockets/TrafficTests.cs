using System.Net;
using System.Security.Cryptography;
using Sluice.Sockets;
using Sluice.Testing.Connections;
using Sluice.Tests.Engines;

namespace Sluice.Tests.Sockets;

/// <summary>Many connections at once, sizes at random, every byte compared.</summary>
public sealed class TrafficTests
{
    private const int Peers = 8;
    private const int BytesPerPeer = 2 * 1024 * 1024;

    [Theory]
    [Engines]
    public Task Echo_DefaultSizes_ReturnsEveryByteInOrder(Engine engine, Scheduling scheduling) =>
        EchoAsync(engine, scheduling, static _ => { }, BytesPerPeer);

    [Theory]
    [Engines]
    [Trait("pitfall", "7")]
    public Task Echo_FewSmallBuffers_ReturnsEveryByteInOrder(
        Engine engine, Scheduling scheduling) =>
        EchoAsync(engine, scheduling, TinyBuffers, BytesPerPeer / 8);

    [Theory]
    [Engines]
    public Task Echo_LowWatermarks_ReturnsEveryByteInOrder(Engine engine, Scheduling scheduling) =>
        EchoAsync(
            engine,
            scheduling,
            static options =>
            {
                options.ReceiveWatermark = 3_000;
                options.SendWatermark = 2_000;
            },
            BytesPerPeer / 4);

    [Theory]
    [Engines]
    [Trait("pitfall", "8")]
    public async Task EarlyDisconnects_MoreThanThereAreBuffers_LeaveThemAll(
        Engine engine, Scheduling scheduling)
    {
        await using SluiceRuntime runtime = EngineRun.Start(engine, scheduling, TinyBuffers);
        await using ConnectionServer server = await runtime.ServeAsync(
            new IPEndPoint(IPAddress.Loopback, 0), EchoUnlessLeftAsync);

        for (int i = 0; i < 40; i++)
        {
            using RawPeer peer = await RawPeer.ConnectAsync(server.EndPoint);
            await peer.SendAsync(new byte[700]);
            peer.Reset();
        }

        await EchoOneAsync(server.EndPoint, seed: 1, 200_000);
    }

    [Theory]
    [Engines]
    [Trait("pitfall", "7")]
    public async Task HeldBuffers_AsManyAsThereAre_DoNotResetAHealthyPeer(
        Engine engine, Scheduling scheduling)
    {
        const int Holders = 20;
        await using var harness = await ConnectionHarness.StartAsync(
            engine, scheduling, TinyBuffers);
        var held = new List<(Connection Connection, RawPeer Peer)>();
        for (int i = 0; i < Holders; i++)
        {
            (Connection connection, RawPeer peer) = await harness.ConnectAsync();
            held.Add((connection, peer));
            await peer.SendAsync(TestBytes.Create(512, seed: i));
        }

        (Connection healthy, RawPeer healthyPeer) = await harness.ConnectAsync();
        await healthyPeer.SendAsync("still here");
        Task<byte[]> reading = healthy.Input.TakeAsync(10);

        // Whoever got the buffers now gives them back; everybody's bytes then arrive.
        for (int i = 0; i < Holders; i++)
        {
            byte[] received = await held[i].Connection.Input.TakeAsync(512);
            Assert.Equal(TestBytes.Create(512, seed: i), received);
        }

        Assert.Equal("still here"u8.ToArray(), await reading);
        Assert.False(healthy.Closed.IsCancellationRequested);
    }

    private static void TinyBuffers(SluiceOptions options)
    {
        options.ReactorCount = 1;
        options.ReceiveBufferSize = 512;
        options.ReceiveBuffersMax = 16;
        options.ReceiveWatermark = 4096;
    }

    private static async Task EchoAsync(
        Engine engine, Scheduling scheduling, Action<SluiceOptions> configure, int length)
    {
        await using SluiceRuntime runtime = EngineRun.Start(engine, scheduling, configure);
        await using ConnectionServer server = await runtime.ServeAsync(
            new IPEndPoint(IPAddress.Loopback, 0),
            connection => connection.Input.CopyToAsync(connection.Output));

        await Task.WhenAll(Enumerable.Range(1, Peers).Select(
            seed => EchoOneAsync(server.EndPoint, seed, length)));
    }

    private static async Task EchoOneAsync(EndPoint endPoint, int seed, int length)
    {
        using RawPeer peer = await RawPeer.ConnectAsync(endPoint);
        byte[] sent = TestBytes.Create(length, seed);
        Task sending = Task.Run(async () =>
        {
            Random source = TestBytes.Source(seed);
            ReadOnlyMemory<byte> rest = sent;
            while (!rest.IsEmpty)
            {
                int step = Math.Min(rest.Length, source.Next(1, 20_000));
                await peer.SendAsync(rest[..step]);
                rest = rest[step..];
            }

            peer.Finish();
        });
        byte[] received = await peer.ReceiveToEndAsync();
        await sending.Within();

        Assert.Equal(SHA256.HashData(sent), SHA256.HashData(received));
    }

    private static async Task EchoUnlessLeftAsync(Connection connection)
    {
        try
        {
            await connection.Input.CopyToAsync(connection.Output);
        }
        catch (IOException)
        {
            // The peer left early, as the test wants.
        }
    }
}
