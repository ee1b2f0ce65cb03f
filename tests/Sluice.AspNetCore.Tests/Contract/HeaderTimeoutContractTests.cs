using Sluice.Testing.Connections;

namespace Sluice.AspNetCore.Tests.Contract;

/// <summary>Heads of requests that take too long.</summary>
public sealed class HeaderTimeoutContractTests
{
    [Theory]
    [Transports]
    public async Task RequestHeadersTimeout_HalfAHead_IsAnsweredAndClosed(TransportKind kind)
    {
        await using var server = await ContractServer.StartAsync(
            kind,
            Answers.Always,
            kestrel => kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(1));
        using RawPeer peer = await server.ConnectAsync();

        await peer.SendAsync("GET / HTTP/1.1\r\nHo");

        Assert.StartsWith(
            "HTTP/1.1 408 ", await peer.ReceiveTextToEndAsync(), StringComparison.Ordinal);
    }
}
