using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Threading.Channels;

namespace ChatSample;

/// <summary>Everybody hears what anybody says.</summary>
internal sealed class ChatRoom
{
    private const int MessageBytesMax = 4096;

    /// <summary>Messages that may wait for a member; a slower one misses the oldest.</summary>
    private const int WaitingMax = 64;

    private readonly ConcurrentDictionary<int, ChannelWriter<string>> _members = new();
    private int _lastNumber;

    /// <summary>Runs until the member leaves or the server stops.</summary>
    public async Task JoinAsync(WebSocket socket, CancellationToken stopping)
    {
        int number = Interlocked.Increment(ref _lastNumber);
        Channel<string> waiting = Channel.CreateBounded<string>(
            new BoundedChannelOptions(WaitingMax)
            {
                FullMode = BoundedChannelFullMode.DropOldest,
                SingleReader = true,
            });
        _members[number] = waiting.Writer;
        Task sending = SendAsync(socket, waiting.Reader, stopping);
        Say($"Guest {number} has joined.");
        try
        {
            while (await ReceiveAsync(socket, stopping) is { } text)
                Say($"Guest {number}: {text}");
        }
        catch (Exception failure) when (failure is WebSocketException or OperationCanceledException)
        {
            // Gone without a goodbye, or the server stops.
        }

        _members.TryRemove(number, out _);
        waiting.Writer.Complete();
        Say($"Guest {number} has left.");
        await sending;
    }

    private void Say(string text)
    {
        foreach (ChannelWriter<string> member in _members.Values)
            member.TryWrite(text);
    }

    // The next message; null if there is none, because the peer closes or talks too long.
    private static async Task<string?> ReceiveAsync(WebSocket socket, CancellationToken stopping)
    {
        byte[] buffer = new byte[MessageBytesMax];
        int length = 0;
        while (length < buffer.Length)
        {
            ValueWebSocketReceiveResult piece =
                await socket.ReceiveAsync(buffer.AsMemory(length), stopping);
            if (piece.MessageType != WebSocketMessageType.Text)
                return null;
            length += piece.Count;
            if (piece.EndOfMessage)
                return Encoding.UTF8.GetString(buffer.AsSpan(0, length));
        }

        return null;
    }

    private static async Task SendAsync(
        WebSocket socket, ChannelReader<string> waiting, CancellationToken stopping)
    {
        try
        {
            await foreach (string text in waiting.ReadAllAsync(stopping))
            {
                await socket.SendAsync(
                    Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, stopping);
            }

            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, stopping);
        }
        catch (Exception failure) when (failure is WebSocketException or OperationCanceledException)
        {
            // The member has gone: receiving ends by the same.
        }
    }
}
