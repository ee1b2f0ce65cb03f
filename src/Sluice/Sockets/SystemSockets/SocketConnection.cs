using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Sluice.Diagnostics;

namespace Sluice.Sockets.SystemSockets;

/// <summary>
/// A socket and two pipes, with one loop that receives and one that sends. Each loop owns its
/// end of its pipe; everybody else only wakes it up.
/// </summary>
/// <remarks>
/// <code>
/// socket --ReceiveLoop--> _input  --Input-->  user
/// user   --Output-->      _output --SendLoop--> socket
/// user   --SendAsync--------------^ between two reads of _output
/// </code>
/// </remarks>
internal sealed class SocketConnection : Connection
{
    // For more of them System.Net.Sockets makes an array at each send.
    private const int PiecesMax = 8;

    private readonly SocketsContext _context;
    private readonly Socket _socket;
    private readonly ConnectionLimit? _limit;
    private readonly SocketSender _sender;
    private readonly Pipe _input;
    private readonly Pipe _output;
    private readonly SocketOutput _writer;
    private readonly CancellationTokenSource _closed = new();
    private Task _sending = Task.CompletedTask;
    private Task _ended = Task.CompletedTask;
    private Exception? _failure;
    private bool _isAborted;

    /// <param name="context">What the engine shares.</param>
    /// <param name="socket">Connected; owned from now on.</param>
    /// <param name="remoteEndPoint">The peer.</param>
    /// <param name="limit">Where to give a place back at the end, if one was taken.</param>
    public SocketConnection(
        SocketsContext context, Socket socket, EndPoint remoteEndPoint, ConnectionLimit? limit)
    {
        _context = context;
        _socket = socket;
        _limit = limit;
        _sender = new SocketSender(socket);
        _input = new Pipe(context.InputOptions);
        _output = new Pipe(context.OutputOptions);
        _writer = new SocketOutput(this, _output, context);
        RemoteEndPoint = remoteEndPoint;
        LocalEndPoint = socket.LocalEndPoint ?? SocketFactory.Unnamed(remoteEndPoint);
        Closed = _closed.Token;
    }

    public override PipeReader Input => _input.Reader;

    public override PipeWriter Output => _writer;

    public override EndPoint LocalEndPoint { get; }

    public override EndPoint RemoteEndPoint { get; }

    public override CancellationToken Closed { get; }

    public override Engine Engine => Engine.Sockets;

    /// <summary>Starts both loops; once, and before anybody else has the connection.</summary>
    public void Start()
    {
        _ = Interlocked.Increment(ref _context.Counters.Connections);
        Task receiving = ReceiveLoopAsync();
        _sending = SendLoopAsync();
        _ended = EndAsync(receiving);
    }

    public override ValueTask SendAsync(
        ReadOnlySequence<byte> data, CancellationToken cancellationToken = default) =>
        _writer.SendAsync(in data, cancellationToken);

    public override void Abort(Exception? reason = null) =>
        Fail(ConnectionErrors.Aborted(reason), isAbort: true);

    public override async ValueTask DisposeAsync()
    {
        await _writer.CompleteAsync().ConfigureAwait(false);
        await _input.Reader.CompleteAsync().ConfigureAwait(false);
        await _sending.ConfigureAwait(false);

        // The receive that waits returns now, as if the peer had closed.
        Shutdown(SocketShutdown.Both);
        await _ended.ConfigureAwait(false);
    }

    internal override void Schedule(Action<object?> callback, object? state) =>
        _context.Scheduler.Schedule(callback, state);

    private async Task ReceiveLoopAsync()
    {
        PipeWriter writer = _input.Writer;
        try
        {
            while (Volatile.Read(ref _failure) is null)
            {
                // Wait without memory first: an idle connection holds none.
                _ = await _socket.ReceiveAsync(Memory<byte>.Empty).ConfigureAwait(false);
                int count = await _socket.ReceiveAsync(writer.GetMemory()).ConfigureAwait(false);
                if (count == 0)
                    break;

                writer.Advance(count);
                _ = Interlocked.Add(ref _context.Counters.BytesReceived, count);
                FlushResult result = await writer.FlushAsync().ConfigureAwait(false);
                if (result.IsCompleted)
                    break;
            }
        }
        catch (SocketException failure)
        {
            Fail(ConnectionErrors.FromSocket(failure));
        }
        catch (ObjectDisposedException failure)
        {
            Fail(ConnectionErrors.Aborted(failure));
        }

        await writer.CompleteAsync(Volatile.Read(ref _failure)).ConfigureAwait(false);
    }

    private async Task SendLoopAsync()
    {
        PipeReader reader = _output.Reader;
        long sent = 0;
        try
        {
            while (Volatile.Read(ref _failure) is null)
            {
                // Before each read: what says that memory is due may have ended an earlier one.
                if (_writer.IsDue(sent))
                {
                    await SendBorrowedAsync().ConfigureAwait(false);
                    continue;
                }

                ReadResult result = await reader.ReadAsync().ConfigureAwait(false);
                ReadOnlySequence<byte> buffer = result.Buffer;
                long ahead = _writer.LengthAhead(sent, buffer.Length);
                if (ahead > 0)
                {
                    buffer = buffer.Slice(0, ahead);
                    sent += await SendAsync(reader, buffer).ConfigureAwait(false);
                }
                else if (result.IsCompleted && !_writer.IsDue(sent))
                {
                    Shutdown(SocketShutdown.Send);
                    break;
                }
                else
                {
                    reader.AdvanceTo(buffer.Start);
                }
            }
        }
        catch (SocketException failure)
        {
            Fail(ConnectionErrors.FromSocket(failure));
        }
        catch (ObjectDisposedException failure)
        {
            Fail(ConnectionErrors.Aborted(failure));
        }
#pragma warning disable CA1031 // The user completed Output with an exception: any at all.
        catch (Exception reason)
#pragma warning restore CA1031
        {
            Abort(reason);
        }

        await reader.CompleteAsync(Volatile.Read(ref _failure)).ConfigureAwait(false);
        _writer.End(Volatile.Read(ref _failure));
    }

    private async ValueTask<int> SendAsync(PipeReader reader, ReadOnlySequence<byte> buffer)
    {
        if (buffer.Length > _context.SendMax)
            buffer = buffer.Slice(0, _context.SendMax);
        int count = await _sender.SendAsync(in buffer).ConfigureAwait(false);
        _ = Interlocked.Add(ref _context.Counters.BytesSent, count);
        reader.AdvanceTo(buffer.GetPosition(count));
        return count;
    }

    private async ValueTask SendBorrowedAsync()
    {
        ReadOnlySequence<byte> left = _writer.Borrowed;
        while (!left.IsEmpty)
        {
            int count = await _sender.SendAsync(in left, PiecesMax).ConfigureAwait(false);
            _ = Interlocked.Add(ref _context.Counters.BytesSent, count);
            left = left.Slice(count);
        }

        _sender.Forget();
        _writer.OnBorrowedSent();
    }

    // The first failure wins, closes the socket with a reset, and wakes both loops; each then
    // completes its own end of its pipe.
    private void Fail(Exception failure, bool isAbort = false)
    {
        if (Interlocked.CompareExchange(ref _failure, failure, null) is not null)
            return;

        Volatile.Write(ref _isAborted, isAbort);

        Log.ConnectionFailed(_context.Logger, RemoteEndPoint, failure);
        _socket.Close(0);
        _input.Writer.CancelPendingFlush();
        _output.Reader.CancelPendingRead();
    }

    private async Task EndAsync(Task receiving)
    {
        await receiving.ConfigureAwait(false);
        await _sending.ConfigureAwait(false);
        _socket.Dispose();
        _sender.Dispose();
        CountEnd();
        _limit?.Release();
        Schedule(static state => ((SocketConnection)state!).OnClosed(), this);
        _context.Connections.Remove(this);
    }

    private void CountEnd()
    {
        RuntimeCounters counters = _context.Counters;
        _ = Interlocked.Decrement(ref counters.Connections);
        if (Volatile.Read(ref _failure) is null)
            _ = Interlocked.Increment(ref counters.ConnectionsCompleted);
        else if (Volatile.Read(ref _isAborted))
            _ = Interlocked.Increment(ref counters.ConnectionsAborted);
        else
            _ = Interlocked.Increment(ref counters.ConnectionsFailed);
    }

    private void OnClosed()
    {
        try
        {
            _closed.Cancel();
        }
        catch (AggregateException failure)
        {
            Log.ClosedCallbackFailed(_context.Logger, failure);
        }
    }

    private void Shutdown(SocketShutdown how)
    {
        try
        {
            _socket.Shutdown(how);
        }
        catch (SocketException)
        {
            // The peer was faster, and the loops will see what it did.
        }
        catch (ObjectDisposedException)
        {
            // Ended already.
        }
    }
}
