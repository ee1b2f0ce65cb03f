using System.Net.WebSockets;

namespace Sluice.Tool.Soak.Load;

/// <summary>Messages over a WebSocket, which the server sends back.</summary>
internal static class WebSocketClient
{
    private const int MessagesMax = 100;
    private const int QuietMessagesMax = 5;
    private const int MessageMax = 32 * 1024;

    private const string Opening =
        "GET /ws HTTP/1.1\r\nHost: soak\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: c2x1aWNlLXNvYWstdGVzdA==\r\n\r\n";

    /// <summary>Opens one, exchanges some messages, and closes it by its handshake.</summary>
    public static async Task RunAsync(SoakTurn turn, bool isQuiet)
    {
        SoakPeer peer = await turn.ConnectAsync();
        await peer.SendAsync(Opening);
        await peer.ReceiveHeadAsync("101");
        using var socket = WebSocket.CreateFromStream(
            peer.AsStream(), new WebSocketCreationOptions { KeepAliveInterval = TimeSpan.Zero });
        int messages = turn.Random.Next(1, isQuiet ? QuietMessagesMax : MessagesMax);
        for (int i = 0; i < messages && !turn.IsStopping; i++)
        {
            peer.BeginWait();
            await ExchangeAsync(turn, socket);
            peer.EndWait();
            if (isQuiet)
                await turn.DelayAsync(turn.Time(Paces.IdleSecondsMin, Paces.IdleSecondsMax));
        }

        peer.BeginWait();
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        await peer.ExpectEndAsync();
    }

    private static async Task ExchangeAsync(SoakTurn turn, WebSocket socket)
    {
        var content = Content.Unique(turn.Random);
        byte[] message = new byte[turn.Length(MessageMax)];
        content.Fill(message, 0);
        await socket.SendAsync(
            message.AsMemory(), WebSocketMessageType.Binary, true, CancellationToken.None);
        byte[] buffer = new byte[message.Length];
        int count = 0;
        ValueWebSocketReceiveResult part;
        do
        {
            part = await socket.ReceiveAsync(buffer.AsMemory(count), CancellationToken.None);
            if (part.MessageType != WebSocketMessageType.Binary)
                throw new SoakFailureException("The server closed a WebSocket.");
            count += part.Count;
        }
        while (!part.EndOfMessage && count < buffer.Length);

        if (!part.EndOfMessage || count != message.Length)
        {
            throw new SoakFailureException(
                $"A message of {message.Length} bytes came back in another length.");
        }

        turn.Check(content, buffer, 0);
        turn.OnRequest();
    }
}
