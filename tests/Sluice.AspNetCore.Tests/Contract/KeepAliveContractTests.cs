using System.Net.Sockets;
using Sluice.Testing.Connections;

namespace Sluice.AspNetCore.Tests.Contract;

/// <summary>Connections that wait too long for a request.</summary>
public sealed class KeepAliveContractTests
{
    [Theory]
    [Transports]
    public async Task KeepAliveTimeout_IdleConnection_IsClosed(TransportKind kind)
    {
        await using var server = await ContractServer.StartAsync(
            kind,
            Answers.Always,
            kestrel => kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(1));
        using RawPeer peer = await server.ConnectAsync();
        Assert.Equal("answer", await peer.GetAsync());

        Assert.Equal(SocketError.Success, await peer.ReceiveErrorAsync());
        server.Log.AssertNoWarnings();
    }
}
