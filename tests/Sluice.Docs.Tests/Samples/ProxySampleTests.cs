using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Sluice.Docs.Tests.Samples;

/// <summary>samples/proxy joins two sockets as if they were one connection.</summary>
public sealed class ProxySampleTests : IAsyncLifetime
{
    private readonly TcpListener _target = new(IPAddress.Loopback, 0);
    private SampleProcess _sample = null!;

    public async ValueTask InitializeAsync()
    {
        _target.Start();
        _sample = await SampleProcess.StartAsync(
            "proxy", "127.0.0.1:0", _target.LocalEndpoint.ToString()!);
    }

    public async ValueTask DisposeAsync()
    {
        _target.Dispose();
        await _sample.DisposeAsync();
    }

    [Fact]
    public async Task Bytes_ManyInBothDirections_ArriveUnchanged()
    {
        (TcpClient client, TcpClient server) = await ConnectAsync();
        using TcpClient oneEnd = client;
        using TcpClient otherEnd = server;
        byte[] up = RandomNumberGenerator.GetBytes(4 << 20);
        byte[] down = RandomNumberGenerator.GetBytes(4 << 20);

        Task<byte[]> atServer = SampleClient.ReadToEndAsync(server.GetStream());
        Task<byte[]> atClient = SampleClient.ReadToEndAsync(client.GetStream());
        Task[] sending = [SendAsync(client, up), SendAsync(server, down)];

        await Task.WhenAll(sending).WaitAsync(SampleProcess.Patience);
        Assert.Equal(up, await atServer.WaitAsync(SampleProcess.Patience));
        Assert.Equal(down, await atClient.WaitAsync(SampleProcess.Patience));
    }

    [Fact]
    public async Task HalfClose_OfTheClient_LeavesTheAnswerOpen()
    {
        (TcpClient client, TcpClient server) = await ConnectAsync();
        using TcpClient oneEnd = client;
        using TcpClient otherEnd = server;

        Task<byte[]> receiving = SampleClient.ReadToEndAsync(client.GetStream());
        await SendAsync(client, "question"u8.ToArray());
        byte[] question = await SampleClient.ReadToEndAsync(server.GetStream())
            .WaitAsync(SampleProcess.Patience);
        await SendAsync(server, "answer"u8.ToArray());
        byte[] answer = await receiving.WaitAsync(SampleProcess.Patience);

        Assert.Equal("question"u8.ToArray(), question);
        Assert.Equal("answer"u8.ToArray(), answer);
    }

    [Fact]
    public async Task Reset_OfTheServer_ResetsTheClient()
    {
        (TcpClient client, TcpClient server) = await ConnectAsync();
        using TcpClient oneEnd = client;

        server.Client.Close(0);

        await Assert.ThrowsAsync<IOException>(
            () => SampleClient.ReadToEndAsync(client.GetStream())
                .WaitAsync(SampleProcess.Patience));
    }

    [Fact]
    public async Task Target_NotListening_ResetsTheClient()
    {
        _target.Stop();

        await Assert.ThrowsAnyAsync<Exception>(
            () => SampleClient.ExchangeAsync(_sample.EndPoint, "", closes: false));
    }

    [Fact]
    public async Task Receiver_ThatDoesNotRead_HoldsTheSenderBack()
    {
        (TcpClient client, TcpClient server) = await ConnectAsync();
        using TcpClient oneEnd = client;
        using TcpClient otherEnd = server;

        // More than all buffers on the way can hold: the kernel's are a few MiB at most.
        byte[] much = new byte[256 << 20];
        Task sending = SendAsync(client, much);
        byte[] first = new byte[1];
        await server.GetStream().ReadExactlyAsync(first).AsTask().WaitAsync(SampleProcess.Patience);
        Assert.False(sending.IsCompleted);

        byte[] rest = await SampleClient.ReadToEndAsync(server.GetStream())
            .WaitAsync(SampleProcess.Patience);
        await sending.WaitAsync(SampleProcess.Patience);
        Assert.Equal(much.Length - 1, rest.Length);
    }

    private static async Task SendAsync(TcpClient from, byte[] bytes)
    {
        await from.GetStream().WriteAsync(bytes);
        from.Client.Shutdown(SocketShutdown.Send);
    }

    private async Task<(TcpClient Client, TcpClient Server)> ConnectAsync()
    {
        var client = new TcpClient();
        await client.ConnectAsync(_sample.EndPoint).WaitAsync(SampleProcess.Patience);
        TcpClient server = await _target.AcceptTcpClientAsync().WaitAsync(SampleProcess.Patience);
        return (client, server);
    }
}
