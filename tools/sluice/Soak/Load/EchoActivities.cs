namespace Sluice.Tool.Soak.Load;

/// <summary>What clients do with <c>sluice echo</c>: connections without HTTP.</summary>
internal static class EchoActivities
{
    private const int SmallMax = 2000;
    private const int TransferMax = 4 * 1024 * 1024;
    private const int MessageMax = 16 * 1024;
    private const int RoundsMax = 200;
    private const int SmallReceiveBuffer = 8192;

    public static SoakMix Mix { get; } = new(
        Busy:
        [
            new("short", 4, ShortAsync),
            new("messages", 4, MessagesAsync),
            new("transfer", 4, TransferAsync),
            new("slow reader", 1, turn => SlowReaderAsync(turn, Paces.Reader)),
            new("slow writer", 1, turn => SlowWriterAsync(turn, Paces.Writer)),
            new("half-close", 2, HalfCloseAsync),
            new("abort", 2, AbortAsync),
            new("idle", 1, IdleAsync),
        ],
        Quiet:
        [
            new("idle", 8, IdleAsync),
            new("slow reader", 1, turn => SlowReaderAsync(turn, Paces.QuietReader)),
            new("slow writer", 1, turn => SlowWriterAsync(turn, Paces.QuietWriter)),
        ]);

    private static async Task ShortAsync(SoakTurn turn)
    {
        SoakPeer peer = await turn.ConnectAsync();
        await TransferAsync(turn, peer, turn.Length(SmallMax), pace: null);
        turn.Close(peer);
    }

    // Many messages on one connection; what came after the last one begins the next.
    private static async Task MessagesAsync(SoakTurn turn)
    {
        SoakPeer peer = await turn.ConnectAsync();
        int rounds = turn.Random.Next(1, RoundsMax);
        for (int round = 0; round < rounds && !turn.IsStopping; round++)
            await TransferAsync(turn, peer, turn.Length(MessageMax), pace: null);
        turn.Close(peer);
    }

    private static async Task TransferAsync(SoakTurn turn)
    {
        SoakPeer peer = await turn.ConnectAsync();
        await TransferAsync(turn, peer, turn.Length(TransferMax), pace: null);
        turn.Close(peer);
    }

    // The server must stop to read when it cannot send.
    private static async Task SlowReaderAsync(SoakTurn turn, SoakPace pace)
    {
        SoakPeer peer = await turn.ConnectAsync(SmallReceiveBuffer);
        await TransferAsync(turn, peer, pace.Bytes * 64, pace);
        turn.Close(peer);
    }

    private static async Task SlowWriterAsync(SoakTurn turn, SoakPace pace)
    {
        SoakPeer peer = await turn.ConnectAsync();
        var content = Content.Unique(turn.Random);
        byte[] bytes = new byte[turn.Length(pace.Bytes * 20)];
        content.Fill(bytes, 0);
        for (int sent = 0; sent < bytes.Length;)
        {
            int count = Math.Min(turn.Random.Next(1, pace.Bytes), bytes.Length - sent);
            await peer.SendAsync(bytes.AsMemory(sent, count));
            await peer.ExpectAsync(content, count, from: sent);
            sent += count;
            await turn.DelayAsync(pace.Pause);
        }

        turn.OnRequest();
        turn.Close(peer);
    }

    // All that was sent before the end comes back, then the server closes.
    private static async Task HalfCloseAsync(SoakTurn turn)
    {
        SoakPeer peer = await turn.ConnectAsync();
        await turn.MayCloseFirstAsync();
        var content = Content.Unique(turn.Random);
        int length = turn.Length(MessageMax);
        await peer.SendAsync(content, length, see: null);
        peer.EndSending();
        await peer.ExpectAsync(content, length);
        await peer.ExpectEndAsync();
        turn.OnRequest();
    }

    private static async Task AbortAsync(SoakTurn turn)
    {
        SoakPeer peer = await turn.ConnectAsync();
        var content = Content.Unique(turn.Random);
        int length = turn.Length(MessageMax);
        await peer.SendAsync(content, length, see: null);
        await peer.ExpectAsync(content, turn.Random.Next(length));
        peer.Reset();
    }

    private static async Task IdleAsync(SoakTurn turn)
    {
        SoakPeer peer = await turn.ConnectAsync();
        int pauses = turn.Random.Next(1, 4);
        for (int i = 0; i < pauses && !turn.IsStopping; i++)
        {
            await TransferAsync(turn, peer, turn.Length(SmallMax), pace: null);
            await turn.DelayAsync(turn.Time(Paces.IdleSecondsMin, Paces.IdleSecondsMax));
        }

        await TransferAsync(turn, peer, turn.Length(SmallMax), pace: null);
        turn.Close(peer);
    }

    // Both directions at once.
    private static async Task TransferAsync(
        SoakTurn turn, SoakPeer peer, int length, SoakPace? pace)
    {
        var content = Content.Unique(turn.Random);
        Task sending = peer.SendAsync(content, length, see: null);
        Task receiving = peer.ExpectAsync(content, length, pace);
        await peer.BothAsync(sending, receiving);
        turn.OnRequest();
    }
}
