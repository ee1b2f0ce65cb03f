using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Sluice.Testing.Connections;
using BadHttpRequestException = Microsoft.AspNetCore.Http.BadHttpRequestException;

namespace Sluice.AspNetCore.Tests.Contract;

/// <summary>Peers that send too slowly.</summary>
public sealed class RequestRateContractTests
{
    [Theory]
    [Transports]
    public async Task MinRequestBodyDataRate_SlowUpload_EndsTheRequest(TransportKind kind)
    {
        var failure = Signal.Create<Exception>();
        await using var server = await ContractServer.StartAsync(
            kind,
            app => app.Run(async context =>
            {
                try
                {
                    await context.Request.Body.CopyToAsync(Stream.Null);
                }
                catch (Exception caught)
                {
                    failure.SetResult(caught);
                    throw;
                }
            }),
            kestrel => kestrel.Limits.MinRequestBodyDataRate =
                new MinDataRate(1_000_000, TimeSpan.FromSeconds(1.1)));
        using RawPeer peer = await server.ConnectAsync();

        await peer.SendAsync("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nslow");

        var caught = Assert.IsType<BadHttpRequestException>(await failure.Task.Within(),
            exactMatch: false);
        Assert.Equal(StatusCodes.Status408RequestTimeout, caught.StatusCode);
        Assert.Equal(408, await peer.ReceiveStatusAsync());
    }
}
