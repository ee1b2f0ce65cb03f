using System.Net;
using System.Net.Sockets;
using System.Text;
using Sluice.Tool.Bench;

namespace Sluice.Tool.Tests.Bench;

/// <summary>That servers are compared by equal work.</summary>
public sealed class SiteFileTests : IDisposable
{
    private static readonly BenchRow Row = BenchRows.All.Single(
        static row => row.Name == "file-4k");

    private readonly DirectoryInfo _site = Directory.CreateTempSubdirectory("sluice-site-test-");

    public void Dispose() => _site.Delete(recursive: true);

    [Theory]
    [InlineData(0, 0, true)]
    [InlineData(0, 1, false)]
    [InlineData(1, 0, false)]
    public async Task Require_ServerThatAnswersSo_AcceptsTheFileOnly(
        int changed, int missing, bool isAccepted)
    {
        SiteFile.Make(_site, Row);
        byte[] body = File.ReadAllBytes(Path.Combine(_site.FullName, Row.Path[1..]))[..^missing];
        body[^1] += (byte)changed;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task answering = AnswerAsync(listener, body);

        Exception? refusal = Record.Exception(() => SiteFile.Require(
            (IPEndPoint)listener.LocalEndpoint, Row, BenchServer.KestrelSockets));

        await answering;
        Assert.Equal(Row.FileLength - missing, body.Length);
        Assert.Equal(isAccepted, refusal is null);
        if (!isAccepted)
            Assert.Contains("another file", Assert.IsType<UserErrorException>(refusal).Message);
    }

    private static async Task AnswerAsync(TcpListener listener, byte[] body)
    {
        using Socket client = await listener.AcceptSocketAsync();
        _ = await client.ReceiveAsync(new byte[4096]);
        string head = $"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n";
        _ = await client.SendAsync((byte[])[.. Encoding.ASCII.GetBytes(head), .. body]);
    }
}
