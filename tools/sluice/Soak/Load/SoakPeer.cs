using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sluice.Tool.Soak.Load;

/// <summary>
/// One connection of the load, on a socket of .NET: what is checked is not checked by itself.
/// One reader and one writer at a time; <see cref="Break"/> for any thread.
/// </summary>
internal sealed class SoakPeer : IDisposable
{
    private const int BufferLength = 16 * 1024;
    private const int HeadMax = 4096;

    private readonly Socket _socket;
    private readonly SoakPeers _peers;
    private readonly SoakTurn _turn;
    private byte[]? _buffer;
    private int _start;
    private int _end;
    private int _broken;
    private long _waitingSince;

    private SoakPeer(SoakTurn turn, SoakPeers peers, int? receiveBuffer)
    {
        _turn = turn;
        _peers = peers;
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
        };
        if (receiveBuffer is { } length)
            _socket.ReceiveBufferSize = length;
    }

    /// <summary>Who has broken it.</summary>
    public PeerEnd End => (PeerEnd)Volatile.Read(ref _broken);

    /// <summary>How long the server has kept it waiting; zero if it does not.</summary>
    public TimeSpan Waited =>
        Volatile.Read(ref _waitingSince) is > 0 and long since
            ? Stopwatch.GetElapsedTime(since)
            : TimeSpan.Zero;

    public static async Task<SoakPeer> ConnectAsync(
        SoakTurn turn, SoakPeers peers, IPEndPoint server, int? receiveBuffer)
    {
        var peer = new SoakPeer(turn, peers, receiveBuffer);
        peers.Add(peer);
        turn.Peer = peer;
        peer.BeginWait();
        await peer._socket.ConnectAsync(server);
        peer.EndWait();
        return peer;
    }

    /// <summary>The connection as a stream, for what brings its own protocol.</summary>
    /// <remarks>What was received and not taken yet is not in it.</remarks>
    public Stream AsStream() => new NetworkStream(_socket, ownsSocket: false);

    /// <summary>The server has to do something from now on, or it has stalled.</summary>
    public void BeginWait() => Volatile.Write(ref _waitingSince, Stopwatch.GetTimestamp());

    /// <summary>It has.</summary>
    public void EndWait() => Volatile.Write(ref _waitingSince, 0);

    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        BeginWait();
        while (!bytes.IsEmpty)
            bytes = bytes[await _socket.SendAsync(bytes)..];
        EndWait();
    }

    public ValueTask SendAsync(string text) => SendAsync(Encoding.ASCII.GetBytes(text));

    public async Task SendAsync(Content content, long length, Action<ReadOnlySpan<byte>>? see)
    {
        byte[] piece = new byte[Math.Min(length, BufferLength)];
        for (long position = 0; position < length;)
        {
            int count = (int)Math.Min(piece.Length, length - position);
            content.Fill(piece.AsSpan(0, count), position);
            see?.Invoke(piece.AsSpan(0, count));
            await SendAsync(piece.AsMemory(0, count));
            position += count;
        }
    }

    /// <summary>Waits for both; if one fails, the connection ends, and so does the other.</summary>
    public async Task BothAsync(Task sending, Task receiving)
    {
        Task first = await Task.WhenAny(sending, receiving);
        if (first.IsFaulted)
            Dispose();
        await Task.WhenAll(sending, receiving)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first;
        await (first == sending ? receiving : sending);
    }

    /// <summary>No more will be sent.</summary>
    public void EndSending() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>The head of a response, which must be of that status.</summary>
    /// <returns>The length of the body; 0 if the head says none.</returns>
    public async ValueTask<long> ReceiveHeadAsync(string status = "200")
    {
        int end;
        while ((end = Pending().IndexOf("\r\n\r\n"u8)) < 0)
        {
            if (_end - _start > HeadMax)
                throw new SoakFailureException("The head of an answer does not end.");
            if (await ReceiveAsync(BufferLength) == 0)
                throw new SoakFailureException("The server ended before the head of an answer.");
        }

        string head = Encoding.Latin1.GetString(Pending()[..end]);
        Skip(end + 4);
        if (!head.StartsWith($"HTTP/1.1 {status} ", StringComparison.Ordinal))
            throw new SoakFailureException($"The server answered \"{head.Split('\r')[0]}\".");
        return LengthOf(head);
    }

    /// <summary>So many bytes, each of which is compared.</summary>
    /// <param name="content">What they should be.</param>
    /// <param name="length">How many.</param>
    /// <param name="pace">The most at once, and how long to wait before each; null: all.</param>
    /// <param name="from">Where in the content they begin.</param>
    public async Task ExpectAsync(
        Content content, long length, SoakPace? pace = null, long from = 0)
    {
        int most = pace?.Bytes ?? BufferLength;
        long end = from + length;
        for (long position = from; position < end;)
        {
            if (_start == _end)
            {
                if (pace is not null)
                    await _turn.DelayAsync(pace.Pause);
                if (await ReceiveAsync(most) == 0)
                {
                    throw new SoakFailureException(
                        $"The server ended after {position - from} of {length} bytes.");
                }
            }

            int count = (int)Math.Min(_end - _start, end - position);
            _turn.Check(content, Pending()[..count], position);
            Skip(count);
            position += count;
        }
    }

    /// <summary>The server closes, and sends nothing before that.</summary>
    public async Task ExpectEndAsync()
    {
        if (_start == _end && await ReceiveAsync(BufferLength) == 0)
            return;
        throw new SoakFailureException("The server sent more than it was asked for.");
    }

    /// <summary>So many bytes.</summary>
    public async ValueTask<byte[]> TakeAsync(int length)
    {
        byte[] taken = new byte[length];
        for (int count = 0; count < length;)
        {
            if (_start == _end && await ReceiveAsync(BufferLength) == 0)
                throw new SoakFailureException("The server ended within an answer.");
            int next = Math.Min(length - count, _end - _start);
            Pending()[..next].CopyTo(taken.AsSpan(count));
            Skip(next);
            count += next;
        }

        return taken;
    }

    /// <summary>Drops what comes until the server has closed, or has been heard no more.</summary>
    public async Task DrainAsync()
    {
        _start = _end = 0;
        try
        {
            while (await ReceiveAsync(BufferLength) > 0)
                _start = _end = 0;
        }
        catch (SocketException)
        {
            // A reset is an end, too.
        }
    }

    /// <summary>Breaks the connection: the server gets a reset, whoever uses it an exception.
    /// </summary>
    public void Break(PeerEnd by)
    {
        if (Interlocked.CompareExchange(ref _broken, (int)by, (int)PeerEnd.None) == 0)
            Reset();
    }

    /// <summary>Ends the connection by a reset, whatever is under way.</summary>
    public void Reset()
    {
        try
        {
            _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception failure) when (failure is ObjectDisposedException or SocketException)
        {
            // It is closed already.
        }

        Dispose();
    }

    public void Dispose()
    {
        _peers.Remove(this);
        _socket.Dispose();
    }

    private static long LengthOf(string head)
    {
        const string Name = "\r\nContent-Length:";
        int start = head.IndexOf(Name, StringComparison.OrdinalIgnoreCase);
        if (start < 0)
            return 0;
        ReadOnlySpan<char> value = head.AsSpan(start + Name.Length);
        int end = value.IndexOf('\r');
        return long.Parse(
            (end < 0 ? value : value[..end]).Trim(), CultureInfo.InvariantCulture);
    }

    private Span<byte> Pending() => _buffer.AsSpan(_start, _end - _start);

    private void Skip(int count) => _start += count;

    private async ValueTask<int> ReceiveAsync(int most)
    {
        _buffer ??= new byte[BufferLength];
        if (_start == _end)
        {
            _start = _end = 0;
        }
        else if (_end == _buffer.Length)
        {
            Pending().CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        BeginWait();
        int room = Math.Min(most, _buffer.Length - _end);
        int count = await _socket.ReceiveAsync(_buffer.AsMemory(_end, room));
        EndWait();
        _end += count;
        return count;
    }
}
