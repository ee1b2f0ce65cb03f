using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sluice.Tool.Serving;

namespace Sluice.Tool.Soak.Load;

/// <summary>What clients do with <c>sluice serve</c>.</summary>
internal static class HttpActivities
{
    private const int SmallMax = 2000;
    private const int DownloadMax = 1024 * 1024;
    private const int UploadMax = 4 * 1024 * 1024;
    private const int DepthMax = 32;
    private const int RoundsMax = 100;
    private const int SmallReceiveBuffer = 8192;
    private const string Host = "Host: soak\r\n";

    private static readonly byte[] Greeting = "Hello, World!"u8.ToArray();

    public static SoakMix Mix { get; } = new(
        Busy:
        [
            new("short", 4, ShortAsync),
            new("pipelined", 4, PipelinedAsync),
            new("upload", 2, UploadAsync),
            new("download", 2, DownloadAsync),
            new("echo", 2, EchoAsync),
            new("slow reader", 1, turn => SlowReaderAsync(turn, Paces.Reader)),
            new("slow writer", 1, turn => SlowWriterAsync(turn, Paces.Writer)),
            new("half-close", 1, HalfCloseAsync),
            new("abort", 2, AbortAsync),
            new("idle", 1, IdleAsync),
            new("websocket", 2, turn => WebSocketClient.RunAsync(turn, isQuiet: false)),
        ],
        Quiet:
        [
            new("idle", 8, IdleAsync),
            new("slow reader", 1, turn => SlowReaderAsync(turn, Paces.QuietReader)),
            new("slow writer", 1, turn => SlowWriterAsync(turn, Paces.QuietWriter)),
            new("websocket", 2, turn => WebSocketClient.RunAsync(turn, isQuiet: true)),
        ]);

    // Either side closes first.
    private static async Task ShortAsync(SoakTurn turn)
    {
        bool serverCloses = turn.Random.Next(2) == 0;
        SoakPeer peer = await turn.ConnectAsync();
        await GetAsync(
            turn, peer, turn.Length(SmallMax), serverCloses ? "Connection: close\r\n" : "");
        if (serverCloses)
            await peer.ExpectEndAsync();
        else
            turn.Close(peer);
    }

    // Answers that are mixed up, between requests or between connections, differ.
    private static async Task PipelinedAsync(SoakTurn turn)
    {
        SoakPeer peer = await turn.ConnectAsync();
        int rounds = turn.Random.Next(1, RoundsMax);
        for (int round = 0; round < rounds && !turn.IsStopping; round++)
        {
            var bodies = new byte[]?[turn.Random.Next(1, DepthMax)];
            using var requests = new MemoryStream();
            for (int i = 0; i < bodies.Length; i++)
            {
                if (turn.Random.Next(4) != 0)
                {
                    requests.Write(Ascii($"GET /plaintext HTTP/1.1\r\n{Host}\r\n"));
                    continue;
                }

                byte[] body = new byte[turn.Length(200)];
                turn.Random.NextBytes(body);
                bodies[i] = body;
                requests.Write(Ascii(PostHead("/echo", body.Length)));
                requests.Write(body);
            }

            Task sending = peer.SendAsync(requests.ToArray()).AsTask();
            Task receiving = ExpectAllAsync(turn, peer, bodies);
            await peer.BothAsync(sending, receiving);
        }

        turn.Close(peer);
    }

    private static async Task ExpectAllAsync(SoakTurn turn, SoakPeer peer, byte[]?[] bodies)
    {
        foreach (byte[]? body in bodies)
        {
            byte[] expected = body ?? Greeting;
            long length = await peer.ReceiveHeadAsync();
            RequireLength(expected.Length, length);
            byte[] got = await peer.TakeAsync(expected.Length);
            turn.Check(expected, got);
            turn.OnRequest();
        }
    }

    private static async Task UploadAsync(SoakTurn turn)
    {
        SoakPeer peer = await turn.ConnectAsync();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var content = Content.Unique(turn.Random);
        int length = turn.Length(UploadMax);
        await peer.SendAsync(PostHead("/upload", length));
        await peer.SendAsync(content, length, bytes => hash.AppendData(bytes));
        byte[] answer = await peer.TakeAsync((int)await peer.ReceiveHeadAsync());
        UploadReceipt receipt = JsonSerializer.Deserialize(
            answer, JsonAnswers.Default.UploadReceipt)!;
        RequireLength(length, receipt.Length);
        if (receipt.Sha256 != Convert.ToHexStringLower(hash.GetHashAndReset()))
            turn.OnCorrupted(1, $"An upload of {length} bytes has another SHA-256.");
        turn.OnRequest();
        turn.Close(peer);
    }

    private static async Task DownloadAsync(SoakTurn turn)
    {
        SoakPeer peer = await turn.ConnectAsync();
        int count = turn.Random.Next(1, 4);
        for (int i = 0; i < count && !turn.IsStopping; i++)
            await GetAsync(turn, peer, turn.Length(DownloadMax));
        turn.Close(peer);
    }

    private static async Task EchoAsync(SoakTurn turn)
    {
        SoakPeer peer = await turn.ConnectAsync();
        var content = Content.Unique(turn.Random);
        int length = turn.Length(UploadMax);
        await peer.SendAsync(PostHead("/echo", length));
        await peer.BothAsync(
            peer.SendAsync(content, length, see: null),
            ExpectBodyAsync(turn, peer, content, length, pace: null));
        turn.Close(peer);
    }

    // The server has more to send than buffers hold, and has to wait.
    private static async Task SlowReaderAsync(SoakTurn turn, SoakPace pace)
    {
        const int Requests = 4;
        SoakPeer peer = await turn.ConnectAsync(SmallReceiveBuffer);
        int length = pace.Bytes * 32;
        string request = $"GET /bytes/{length} HTTP/1.1\r\n{Host}\r\n";
        await peer.SendAsync(string.Concat(Enumerable.Repeat(request, Requests)));
        for (int i = 0; i < Requests; i++)
            await ExpectBodyAsync(turn, peer, Content.Alphabet, length, pace);
        turn.Close(peer);
    }

    // Some give up in the headers or in the body (slow-loris).
    private static async Task SlowWriterAsync(SoakTurn turn, SoakPace pace)
    {
        SoakPeer peer = await turn.ConnectAsync();
        byte[] body = new byte[turn.Length(pace.Bytes * 20)];
        turn.Random.NextBytes(body);
        byte[] request = [.. Ascii(PostHead("/echo", body.Length)), .. body];
        bool givesUp = turn.Random.Next(3) == 0;
        long start = Stopwatch.GetTimestamp();
        bool wasTooSlow = false;
        try
        {
            await SendSlowlyAsync(
                givesUp ? turn.Random.Next(1, request.Length) : request.Length);
            if (!givesUp)
            {
                RequireLength(body.Length, await peer.ReceiveHeadAsync());
                byte[] got = await peer.TakeAsync(body.Length);
                turn.Check(body, got);
                turn.OnRequest();
            }
        }
        catch (Exception failure)
            when (failure is SoakFailureException or SocketException
                && peer.End == PeerEnd.None
                && wasTooSlow)
        {
            // On a busy machine a pause is longer than it was to be, and Kestrel ends what is
            // slower than it bears.
            return;
        }

        turn.Close(peer);

        async Task SendSlowlyAsync(int length)
        {
            for (int sent = 0; sent < length;)
            {
                int count = Math.Min(turn.Random.Next(1, pace.Bytes), length - sent);
                await peer.SendAsync(request.AsMemory(sent, count));
                TimeSpan time = Stopwatch.GetElapsedTime(start);
                wasTooSlow |= time > Paces.KestrelsGrace
                    && sent < Paces.KestrelsLeastRate * time.TotalSeconds;
                sent += count;
                await turn.DelayAsync(pace.Pause);
            }
        }
    }

    // After the answer; or before it, where the server may give up, but must close.
    private static async Task HalfCloseAsync(SoakTurn turn)
    {
        SoakPeer peer = await turn.ConnectAsync();
        await turn.MayCloseFirstAsync();
        if (turn.Random.Next(2) == 0)
        {
            await GetAsync(turn, peer, turn.Length(DownloadMax));
            peer.EndSending();
            await peer.ExpectEndAsync();
        }
        else
        {
            await peer.SendAsync($"GET /bytes/{DownloadMax} HTTP/1.1\r\n{Host}\r\n");
            peer.EndSending();
            await peer.DrainAsync();
            if (peer.End == PeerEnd.Stalled)
                throw new SoakFailureException("The server does not close.");
        }
    }

    // In a head, in a body, in an answer.
    private static async Task AbortAsync(SoakTurn turn)
    {
        SoakPeer peer = await turn.ConnectAsync();
        switch (turn.Random.Next(4))
        {
            case 0:
                await peer.SendAsync("GET /plain");
                break;
            case 1:
                int length = turn.Length(UploadMax) + 1;
                await peer.SendAsync(PostHead("/upload", length));
                var content = Content.Unique(turn.Random);
                await peer.SendAsync(content, turn.Random.Next(length), see: null);
                break;
            case 2:
                await peer.SendAsync($"GET /bytes/{DownloadMax} HTTP/1.1\r\n{Host}\r\n");
                break;
            default:
                await peer.SendAsync($"GET /bytes/{DownloadMax} HTTP/1.1\r\n{Host}\r\n");
                await peer.ReceiveHeadAsync();
                await peer.ExpectAsync(Content.Alphabet, turn.Random.Next(DownloadMax));
                break;
        }

        peer.Reset();
    }

    // Less than Kestrel's patience with a connection that says nothing.
    private static async Task IdleAsync(SoakTurn turn)
    {
        SoakPeer peer = await turn.ConnectAsync();
        int pauses = turn.Random.Next(1, 4);
        for (int i = 0; i < pauses && !turn.IsStopping; i++)
        {
            await GetAsync(turn, peer, turn.Length(SmallMax));
            await turn.DelayAsync(turn.Time(Paces.IdleSecondsMin, Paces.IdleSecondsMax));
        }

        await GetAsync(turn, peer, turn.Length(SmallMax));
        turn.Close(peer);
    }

    private static async Task GetAsync(
        SoakTurn turn, SoakPeer peer, int length, string headers = "")
    {
        await peer.SendAsync($"GET /bytes/{length} HTTP/1.1\r\n{Host}{headers}\r\n");
        await ExpectBodyAsync(turn, peer, Content.Alphabet, length, pace: null);
    }

    private static async Task ExpectBodyAsync(
        SoakTurn turn, SoakPeer peer, Content content, long length, SoakPace? pace)
    {
        RequireLength(length, await peer.ReceiveHeadAsync());
        await peer.ExpectAsync(content, length, pace);
        turn.OnRequest();
    }

    private static void RequireLength(long expected, long length)
    {
        if (length != expected)
            throw new SoakFailureException($"An answer has {length} bytes, not {expected}.");
    }

    private static string PostHead(string path, int length) =>
        $"POST {path} HTTP/1.1\r\n{Host}Content-Length: {length}\r\n\r\n";

    private static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);
}
