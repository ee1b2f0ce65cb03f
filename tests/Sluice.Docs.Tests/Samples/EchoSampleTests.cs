using System.Net;
using System.Net.Sockets;

namespace Sluice.Docs.Tests.Samples;

/// <summary>samples/echo, which README shows, on its one port.</summary>
public sealed class EchoSampleTests
{
    private const int Port = 7000;

    [Fact]
    public async Task Echo_Text_ComesBack()
    {
        RequirePort();
        await using SampleProcess sample = await SampleProcess.StartAsync("echo");

        Assert.Equal("Hello", await SampleClient.ExchangeAsync(sample.EndPoint, "Hello"));
        Assert.Equal(0, await sample.StopAsync());
    }

    private static void RequirePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, Port);
        try
        {
            listener.Start();
        }
        catch (SocketException)
        {
            Assert.Skip($"Port {Port} is taken.");
        }
    }
}
