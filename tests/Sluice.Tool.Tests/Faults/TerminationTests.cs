using System.Net.Sockets;
using System.Text;
using Sluice.Tool.Tests.Processes;

namespace Sluice.Tool.Tests.Faults;

/// <summary>
/// SIGTERM at each point of a request; what the client sees is a table in docs/reliability.md,
/// written with SLUICE_APPROVE=1.
/// </summary>
[Collection(nameof(FaultMatrixTests))]
public sealed class TerminationTests
{
    private const string Get = "GET /bytes/1048576 HTTP/1.1\r\nHost: x\r\n\r\n";
    private const string Small = "GET /plaintext HTTP/1.1\r\nHost: x\r\n\r\n";
    private const string Post = "POST /discard HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
        + "Content-Length: 10\r\n\r\n";

    private static readonly FaultTable Table =
        new("termination", "`SIGTERM` when a client has", "the client gets");

    // What is sent before; what of the answer must be there before the signal; what is sent after.
    private static readonly Dictionary<string, (string Before, string Until, string After)> Points =
        new()
        {
            ["connected"] = ("", "", ""),
            ["sent half of the headers"] = (Get[..20], "", ""),
            ["sent the headers, then sends the body"] = (Post, "100 Continue", "0123456789"),
            ["sent half of the body, then sends the rest"] =
                (Post + "01234", "100 Continue", "56789"),
            ["sent half of the body, and never the rest"] = (Post + "01234", "100 Continue", ""),
            ["a part of the response, then reads on"] = (Get, "200 OK", ""),
            ["a whole response, and keeps the connection"] = (Small, "Hello, World!", ""),
        };

    public static TheoryData<string> Names => [.. Points.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    [Trait("pitfall", "21")]
    public async Task Terminate_AtPointOfRequest_EndsAsTheTableSays(string name)
    {
        await EngineCase.RequireAsync("uring");
        (string before, string until, string after) = Points[name];
        await using ToolProcess server =
            ToolProcess.Launch(new(FaultRow.Command[0], FaultRow.Command[1..]));
        Assert.True(await server.ListensAsync(), server.Errors);
        using var timeout = new CancellationTokenSource(ToolProcess.Patience);
        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await client.ConnectAsync(server.EndPoint);
        await client.SendAsync(Encoding.ASCII.GetBytes(before));
        var answer = new StringBuilder();
        byte[] buffer = new byte[1000];
        while (!answer.ToString().Contains(until, StringComparison.Ordinal))
            Assert.True(await ReadAsync(client, buffer, answer, timeout.Token));

        server.Signal(ToolProcess.SignalTerminate);
        int seen = answer.Length;
        if (after.Length != 0)
            await client.SendAsync(Encoding.ASCII.GetBytes(after));
        while (await ReadAsync(client, buffer, answer, timeout.Token))
        {
        }

        Assert.Equal(0, await server.WaitAsync());
        Table.Compare(name, [Describe(answer.ToString(), seen)], Points.Keys);
    }

    private static string Describe(string answer, int seenBefore)
    {
        if (answer.Length == seenBefore)
            return "the end";
        int last = answer.LastIndexOf("HTTP/1.1 200 OK\r\n", StringComparison.Ordinal);
        Assert.True(last >= 0, answer[..Math.Min(answer.Length, 500)]);
        string head = answer[last..answer.IndexOf("\r\n\r\n", last, StringComparison.Ordinal)];
        string length = head.Split("Content-Length: ")[1].Split('\r')[0];
        Assert.Equal(length, $"{answer.Length - last - head.Length - 4}");
        return "the whole answer, then the end";
    }

    // A connection that ends with bytes unread is reset: an end, too.
    private static async Task<bool> ReadAsync(
        Socket client, byte[] buffer, StringBuilder answer, CancellationToken timeout)
    {
        try
        {
            int count = await client.ReceiveAsync(buffer, timeout);
            answer.Append(Encoding.Latin1.GetString(buffer, 0, count));
            return count != 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
