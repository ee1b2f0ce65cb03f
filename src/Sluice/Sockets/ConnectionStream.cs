using System.Buffers;
using System.IO.Pipelines;

namespace Sluice.Sockets;

/// <summary>A <see cref="Stream"/> over both pipes of a connection.</summary>
/// <remarks>
/// Writes are accepted at once and wait only above the send watermark, as flushes do; there is
/// nothing more to flush. Synchronous reads and writes block their thread until the bytes are
/// there: never call them where <see cref="Scheduling.Inline"/> runs user code. A synchronous
/// dispose waits for nothing, as that of a socket: what was flushed still leaves.
/// </remarks>
internal sealed class ConnectionStream : Stream
{
    private readonly Connection _connection;
    private readonly PipeReader _input;
    private readonly PipeWriter _output;
    private readonly bool _leaveOpen;
    private bool _disposed;

    public ConnectionStream(Connection connection, bool leaveOpen)
    {
        _connection = connection;
        _input = connection.Input;
        _output = connection.Output;
        _leaveOpen = leaveOpen;
    }

    public override bool CanRead => !_disposed;

    public override bool CanSeek => false;

    public override bool CanWrite => !_disposed;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        return Read(buffer.AsSpan(offset, count));
    }

    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ValueTask<ReadResult> read = _input.ReadAsync(CancellationToken.None);
        ReadResult result = read.IsCompletedSuccessfully
            ? read.Result
            : read.AsTask().GetAwaiter().GetResult();
        return Take(in result, buffer);
    }

    public override Task<int> ReadAsync(
        byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ReadResult result = await _input.ReadAsync(cancellationToken).ConfigureAwait(false);
        return Take(in result, buffer.Span);
    }

    public override Task CopyToAsync(
        Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        ValidateCopyToArguments(destination, bufferSize);
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _input.CopyToAsync(destination, cancellationToken);
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        Write(buffer.AsSpan(offset, count));
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _output.Write(buffer);
        Flush();
    }

    public override Task WriteAsync(
        byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Require(await _output.WriteAsync(buffer, cancellationToken).ConfigureAwait(false));
    }

    public override void Flush()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ValueTask<FlushResult> flush = _output.FlushAsync(CancellationToken.None);
        Require(flush.IsCompletedSuccessfully
            ? flush.Result
            : flush.AsTask().GetAwaiter().GetResult());
    }

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Require(await _output.FlushAsync(cancellationToken).ConfigureAwait(false));
    }

    public override IAsyncResult BeginRead(
        byte[] buffer, int offset, int count, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(
            ReadAsync(buffer, offset, count, CancellationToken.None), callback, state);

    public override int EndRead(IAsyncResult asyncResult) =>
        TaskToAsyncResult.End<int>(asyncResult);

    public override IAsyncResult BeginWrite(
        byte[] buffer, int offset, int count, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(
            WriteAsync(buffer, offset, count, CancellationToken.None), callback, state);

    public override void EndWrite(IAsyncResult asyncResult) =>
        TaskToAsyncResult.End(asyncResult);

    public override long Seek(long offset, SeekOrigin origin) =>
        throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        if (!_disposed)
        {
            _disposed = true;
            if (!_leaveOpen)
                await _connection.DisposeAsync().ConfigureAwait(false);
        }

        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;

            // Not waited for. Others dispose streams wherever they are, HttpClient among them: on
            // the reactor's thread, which closes the connection, the wait would never end.
            if (!_leaveOpen)
                _ = _connection.DisposeAsync().AsTask();
        }

        base.Dispose(disposing);
    }

    private static void Require(FlushResult result)
    {
        if (result.IsCanceled)
            throw new OperationCanceledException("CancelPendingFlush was called.");
    }

    private int Take(in ReadResult result, Span<byte> destination)
    {
        ReadOnlySequence<byte> buffer = result.Buffer;
        if (result.IsCanceled)
        {
            _input.AdvanceTo(buffer.Start);
            throw new OperationCanceledException("CancelPendingRead was called.");
        }

        int count = (int)Math.Min(buffer.Length, destination.Length);
        ReadOnlySequence<byte> taken = buffer.Slice(0, count);
        taken.CopyTo(destination);

        // Nothing beyond the copy counts as examined: the next read returns it at once.
        _input.AdvanceTo(taken.End);
        return count;
    }
}
