using System.Net.WebSockets;
using System.Text;

namespace Sluice.Docs.Tests.Samples;

/// <summary>samples/chat: guests hear each other; samples/aspnetcore greets.</summary>
public sealed class ChatSampleTests
{
    [Fact]
    public async Task Chat_TwoGuests_HearEachOther()
    {
        await using SampleProcess sample =
            await SampleProcess.StartAsync("chat", "--urls", "http://127.0.0.1:0");
        using var timeout = new CancellationTokenSource(SampleProcess.Patience);
        using var http = new HttpClient();
        string page = await http.GetStringAsync($"http://{sample.EndPoint}/", timeout.Token);
        Assert.Contains("new WebSocket(", page, StringComparison.Ordinal);

        using ClientWebSocket one = await JoinAsync(sample, timeout.Token);
        Assert.Equal("Guest 1 has joined.", await HearAsync(one, timeout.Token));
        using ClientWebSocket two = await JoinAsync(sample, timeout.Token);
        Assert.Equal("Guest 2 has joined.", await HearAsync(one, timeout.Token));
        Assert.Equal("Guest 2 has joined.", await HearAsync(two, timeout.Token));

        await two.SendAsync(
            Encoding.UTF8.GetBytes("grüß Gott"), WebSocketMessageType.Text, true, timeout.Token);
        Assert.Equal("Guest 2: grüß Gott", await HearAsync(one, timeout.Token));
        await two.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, timeout.Token);
        Assert.Equal("Guest 2 has left.", await HearAsync(one, timeout.Token));
    }

    [Fact]
    public async Task Chat_MessageTooLong_EndsItsSender()
    {
        await using SampleProcess sample =
            await SampleProcess.StartAsync("chat", "--urls", "http://127.0.0.1:0");
        using var timeout = new CancellationTokenSource(SampleProcess.Patience);
        using ClientWebSocket guest = await JoinAsync(sample, timeout.Token);
        Assert.Equal("Guest 1 has joined.", await HearAsync(guest, timeout.Token));

        await guest.SendAsync(
            new byte[10_000], WebSocketMessageType.Text, true, timeout.Token);

        Assert.Null(await HearAsync(guest, timeout.Token));
    }

    [Fact]
    public async Task AspNetCore_Root_Greets()
    {
        await using SampleProcess sample =
            await SampleProcess.StartAsync("aspnetcore", "--urls", "http://127.0.0.1:0");
        using var http = new HttpClient { Timeout = SampleProcess.Patience };

        Assert.Equal("Hello, World!", await http.GetStringAsync($"http://{sample.EndPoint}/"));
    }

    private static async Task<ClientWebSocket> JoinAsync(
        SampleProcess sample, CancellationToken timeout)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://{sample.EndPoint}/chat"), timeout);
        return socket;
    }

    // The next message; null if the server has closed.
    private static async Task<string?> HearAsync(WebSocket socket, CancellationToken timeout)
    {
        byte[] buffer = new byte[4096];
        ValueWebSocketReceiveResult result =
            await socket.ReceiveAsync(buffer.AsMemory(), timeout);
        return result.MessageType == WebSocketMessageType.Text
            ? Encoding.UTF8.GetString(buffer.AsSpan(0, result.Count))
            : null;
    }
}
