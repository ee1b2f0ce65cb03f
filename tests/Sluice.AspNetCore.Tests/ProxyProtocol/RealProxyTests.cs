using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting;
using Sluice.AspNetCore.Tests.Browser;
using Sluice.AspNetCore.Tests.Contract;
using Sluice.Testing.Connections;

namespace Sluice.AspNetCore.Tests.ProxyProtocol;

/// <summary>Programs of others that send the header.</summary>
public sealed class RealProxyTests
{
    [Theory]
    [Transports(OnlySluice = true)]
    public async Task Curl_SendsVersion1_IsUnderstood(TransportKind kind)
    {
        await using ContractServer server = await ProxyProtocolTests.StartAsync(kind);

        string answer = await ExternalTool.RunAsync(
            "curl", "-sS", "--fail", "--haproxy-protocol", server.Address.ToString());

        Assert.StartsWith("127.0.0.1:", answer, StringComparison.Ordinal);
        Assert.Contains($" {server.EndPoint} 127.0.0.1:", answer, StringComparison.Ordinal);
    }

    [Theory]
    [Transports(OnlySluice = true)]
    public async Task Curl_SendsVersion1BeforeTls_IsUnderstood(TransportKind kind)
    {
        await using ContractServer server = await ProxyProtocolTests.StartAsync(
            kind, listen: options => options.UseHttps(TestCertificate.Server));

        string answer = await ExternalTool.RunAsync(
            "curl", "-sSk", "--fail", "--haproxy-protocol", server.Address.ToString());

        Assert.StartsWith("127.0.0.1:", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TransportKind.Uring, "send-proxy", "")]
    [InlineData(TransportKind.Fallback, "send-proxy", "")]
    [InlineData(
        TransportKind.Uring,
        "send-proxy-v2 proxy-v2-options unique-id,crc32c",
        " Crc32c UniqueId")]
    [InlineData(
        TransportKind.Fallback,
        "send-proxy-v2 proxy-v2-options unique-id,crc32c",
        " Crc32c UniqueId")]
    public async Task HaProxy_SendsHeader_TellsItsClient(
        TransportKind kind, string option, string tlvs)
    {
        ExternalTool.Require("haproxy");
        await using ContractServer server = await ProxyProtocolTests.StartAsync(kind);
        int port = FreePort();
        string path = Path.Combine(Path.GetTempPath(), $"sluice-{Guid.NewGuid():N}.cfg");
        await File.WriteAllTextAsync(path, Configuration(port, server.EndPoint, option));
        using Process haproxy = Process.Start("haproxy", ["-db", "-q", "-f", path]);
        try
        {
            using RawPeer client = await ConnectAsync(port, haproxy);
            string answer = await client.GetAsync();

            Assert.StartsWith(
                $"{client.Socket.LocalEndPoint} 127.0.0.1:{port} 127.0.0.1:",
                answer,
                StringComparison.Ordinal);
            Assert.EndsWith(
                $"{server.EndPoint} {tlvs}".Replace("  ", " "), answer, StringComparison.Ordinal);
        }
        finally
        {
            haproxy.Kill();
            await haproxy.WaitForExitAsync();
            File.Delete(path);
        }
    }

    // A check that speaks for HAProxy itself says LOCAL.
    private static string Configuration(int port, IPEndPoint server, string option) =>
        $"""
        defaults
          mode http
          timeout connect 10s
          timeout client 30s
          timeout server 30s
        frontend clients
          bind 127.0.0.1:{port}
          unique-id-format %[uuid()]
          default_backend nodes
        backend nodes
          option httpchk GET /
          server node {server} check inter 100ms {option}

        """;

    private static async Task<RawPeer> ConnectAsync(int port, Process haproxy)
    {
        using var timeout = new CancellationTokenSource(Patience.Limit);
        while (true)
        {
            timeout.Token.ThrowIfCancellationRequested();
            Assert.False(haproxy.HasExited, "haproxy ended.");
            try
            {
                return await RawPeer.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
            }
            catch (SocketException)
            {
                // It does not listen yet.
                await Task.Yield();
            }
        }
    }

    private static int FreePort()
    {
        using Socket socket = RawPeer.Listen(TransportHarness.AnyPort);
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
