namespace Sluice.Memory;

/// <summary>A buffer as a stream. There is no copy of the cursor: it is the buffer's.</summary>
internal sealed class BufferStream(PlatformBuffer buffer, bool leaveOpen) : Stream
{
    private bool _isClosed;

    public override bool CanRead => !_isClosed;

    public override bool CanSeek => !_isClosed;

    public override bool CanWrite => !_isClosed;

    public override long Length => Open.Limit;

    public override long Position
    {
        get => Open.Position;
        set => Open.Position = ToIndex(value);
    }

    private PlatformBuffer Open
    {
        get
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            return buffer;
        }
    }

    public override void Flush() => _ = Open;

    public override int Read(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        return Read(buffer.AsSpan(offset, count));
    }

    public override int Read(Span<byte> buffer)
    {
        PlatformBuffer source = Open;
        int count = Math.Min(buffer.Length, source.Remaining);
        source.TakeForRead(count).CopyTo(buffer);
        GC.KeepAlive(source);
        return count;
    }

    public override int ReadByte() => Open.Remaining == 0 ? -1 : Open.ReadByte();

    public override Task<int> ReadAsync(
        byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    public override ValueTask<int> ReadAsync(
        Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<int>(cancellationToken)
            : ValueTask.FromResult(Read(buffer.Span));

    public override void Write(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        Write(buffer.AsSpan(offset, count));
    }

    public override void Write(ReadOnlySpan<byte> buffer) => Open.WriteBytes(buffer);

    public override void WriteByte(byte value) => Open.WriteByte(value);

    public override Task WriteAsync(
        byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    public override ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);

        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override long Seek(long offset, SeekOrigin origin)
    {
        long from = origin switch
        {
            SeekOrigin.Begin => 0,
            SeekOrigin.Current => Open.Position,
            SeekOrigin.End => Open.Limit,
            _ => throw new ArgumentOutOfRangeException(nameof(origin)),
        };

        // A sum that is too large is negative, and so refused as well.
        long target = unchecked(from + offset);
        Open.Position = ToIndex(target);
        return target;
    }

    public override void SetLength(long value) => Open.Limit = ToIndex(value);

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isClosed && !leaveOpen)
            buffer.Dispose();
        _isClosed = true;
        base.Dispose(disposing);
    }

    // What fits no index is refused by the buffer, with its own message.
    private static int ToIndex(long value) => value is < 0 or > int.MaxValue ? -1 : (int)value;
}
