using System.Security.Cryptography;
using System.Text;
using Sluice.Tool.Raw;
using Sluice.Tool.Tests.Processes;

namespace Sluice.Tool.Tests.Commands;

/// <summary><c>sluice echo</c> and <c>sluice plaintext</c>.</summary>
public class RawCommandTests
{
    public static TheoryData<string, string> Engines => EngineCase.All;

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Echo_Megabytes_ComeBackBeforeTheEnd(string engine, string scheduling)
    {
        await using ToolProcess server = await StartAsync("echo", engine, scheduling);
        byte[] sent = RandomNumberGenerator.GetBytes(4_000_000);

        byte[] received =
            await RawClient.ExchangeAsync(server.EndPoint, closes: true, sent[..1], sent[1..]);

        Assert.True(received.AsSpan().SequenceEqual(sent));
        Assert.Equal("", server.Errors);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Plaintext_RequestsInAnyPieces_AreAnsweredOnceEach(
        string engine, string scheduling)
    {
        const int Count = 1000;
        await using ToolProcess server = await StartAsync("plaintext", engine, scheduling);
        byte[] requests = Encoding.Latin1.GetBytes(string.Concat(
            Enumerable.Repeat("GET / HTTP/1.1\r\nHost: x\r\n\r\n", Count)));
        int cut = requests.Length - 3;

        byte[] received = await RawClient.ExchangeAsync(
            server.EndPoint,
            closes: true,
            [.. requests[..100].Select(b => new[] { b }), requests[100..cut], requests[cut..]]);

        byte[] expected = Encoding.Latin1.GetBytes(string.Concat(
            Enumerable.Repeat(Encoding.Latin1.GetString(PlaintextHandler.Response), Count)));
        Assert.True(received.AsSpan().SequenceEqual(expected));
        Assert.Equal("", server.Errors);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Plaintext_Wrk_SeesNoError(string engine, string scheduling)
    {
        await using ToolProcess server = await StartAsync("plaintext", engine, scheduling);

        string report = await ExternalTool.RunAsync(
            "wrk", "-t1", "-c16", "-d1", $"http://{server.EndPoint}/");

        Assert.DoesNotContain("errors", report, StringComparison.Ordinal);
        Assert.DoesNotContain("Non-2xx", report, StringComparison.Ordinal);
    }

    private static async Task<ToolProcess> StartAsync(
        string command, string engine, string scheduling)
    {
        await EngineCase.RequireAsync(engine);
        ToolProcess server = await ToolProcess.ServeAsync(
            command, "--engine", engine, "--scheduling", scheduling, "--reactors", "2");
        Assert.Matches($"(?i)^Sluice runs on {engine}: ", server.Output);
        return server;
    }
}
