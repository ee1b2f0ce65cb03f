using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using ProxySample;
using Sluice.Reactors;
using Sluice.Sockets;
using Sluice.Testing.Connections;
using Sluice.Tests.Engines;

namespace Sluice.Tests.Samples;

/// <summary>
/// The relay of <c>samples/proxy</c>, in this process: what it does with memory cannot be seen
/// from outside of it.
/// </summary>
public sealed class RelayTests
{
    private const int Length = 4 * 1024 * 1024;
    private static readonly IPEndPoint AnyPort = new(IPAddress.Loopback, 0);

    [Theory]
    [InlineData(Scheduling.Inline)]
    [InlineData(Scheduling.ThreadPool)]
    public async Task RunAsync_BytesBothWays_UsesNoMemoryToSendFrom(Scheduling scheduling)
    {
        using Socket target = RawPeer.Listen(AnyPort);
        await using SluiceRuntime runtime = EngineRun.Start(Engine.Uring, scheduling);
        await using ConnectionServer proxy = await ServeAsync(runtime, target);
        using RawPeer client = await RawPeer.ConnectAsync(proxy.EndPoint);
        using RawPeer server = await RawPeer.AcceptAsync(target);

        await ExchangeAsync(client, server, 64);
        await ExchangeAsync(client, server, Length);

        // What is written to an output is in a block of these, so nothing was.
        Assert.All(runtime.Reactors, static r => Assert.Equal(0, r.Loop.SendBlocks.MappedBytes));
        Assert.Contains(runtime.Reactors, static r => r.Loop.Heap.MappedBytes != 0);
    }

    [Theory]
    [Engines]
    public async Task RunAsync_OneSideFinishes_TheOtherGoesOn(Engine engine, Scheduling scheduling)
    {
        using Socket target = RawPeer.Listen(AnyPort);
        await using SluiceRuntime runtime = EngineRun.Start(engine, scheduling);
        await using ConnectionServer proxy = await ServeAsync(runtime, target);
        using RawPeer client = await RawPeer.ConnectAsync(proxy.EndPoint);
        using RawPeer server = await RawPeer.AcceptAsync(target);

        await client.SendAsync("question");
        client.Finish();
        byte[] question = await server.ReceiveToEndAsync();
        await ExchangeOneWayAsync(server, client, Length);
        server.Finish();
        byte[] rest = await client.ReceiveToEndAsync();

        Assert.Equal("question"u8.ToArray(), question);
        Assert.Empty(rest);
    }

    [Theory]
    [Engines]
    public async Task RunAsync_ReceiverResetsWhileItsSenderIsHeldBack_ResetsTheSender(
        Engine engine, Scheduling scheduling)
    {
        using Socket target = RawPeer.Listen(AnyPort);
        await using SluiceRuntime runtime = EngineRun.Start(engine, scheduling);
        await using ConnectionServer proxy = await ServeAsync(runtime, target);
        using RawPeer client = await RawPeer.ConnectAsync(proxy.EndPoint);
        using RawPeer server = await RawPeer.AcceptAsync(target);

        // More than all buffers on the way can hold.
        Task sending = client.SendAsync(new byte[64 << 20]);
        _ = await server.ReceiveAsync(1);
        server.Reset();

        // The failure of the socket is told once: to its sender. After an end that came just
        // before, the kernel names a reset EPIPE.
        var failure = await Assert.ThrowsAsync<SocketException>(() => sending.Within());
        Assert.True(
            failure.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown,
            failure.Message);
    }

    [Theory]
    [Engines]
    public async Task RunAsync_SenderResetsWhileItIsHeldBack_ResetsTheReceiver(
        Engine engine, Scheduling scheduling)
    {
        using Socket target = RawPeer.Listen(AnyPort);
        await using SluiceRuntime runtime = EngineRun.Start(engine, scheduling);
        await using ConnectionServer proxy = await ServeAsync(runtime, target);
        using RawPeer client = await RawPeer.ConnectAsync(proxy.EndPoint);
        using RawPeer server = await RawPeer.AcceptAsync(target);

        // The proxy sees the reset at the latest when it has something for the client.
        Task sending = client.SendAsync(new byte[64 << 20]);
        _ = await server.ReceiveAsync(1);
        client.Reset();
        await Assert.ThrowsAnyAsync<Exception>(() => sending.Within());
        SocketError? error = await TrySendAsync(server, "anybody there?");

        Assert.Equal(SocketError.ConnectionReset, error ?? await server.ReceiveErrorAsync());
    }

    private static ValueTask<ConnectionServer> ServeAsync(SluiceRuntime runtime, Socket target) =>
        runtime.ServeAsync(
            AnyPort, client => Relay.RunAsync(runtime, client, target.LocalEndPoint!));

    // Null if it was sent. The reset may have come before.
    private static async Task<SocketError?> TrySendAsync(RawPeer peer, string text)
    {
        try
        {
            await peer.SendAsync(text);
            return null;
        }
        catch (SocketException failure)
        {
            return failure.SocketErrorCode;
        }
    }

    private static async Task ExchangeAsync(RawPeer one, RawPeer other, int length) =>
        await Task.WhenAll(
            ExchangeOneWayAsync(one, other, length), ExchangeOneWayAsync(other, one, length));

    private static async Task ExchangeOneWayAsync(RawPeer from, RawPeer to, int length)
    {
        byte[] sent = TestBytes.Create(length, seed: length);
        Task sending = from.SendAsync(sent);
        byte[] received = await to.ReceiveAsync(length);
        await sending.Within();
        Assert.Equal(SHA256.HashData(sent), SHA256.HashData(received));
    }
}
