using System.Runtime.Versioning;

namespace Sluice.Ipc.Channels;

/// <summary>The messages of a channel, one after the other, as a stream of bytes.</summary>
[SupportedOSPlatform("linux")]
internal sealed class ChannelReadStream(SharedChannelReader reader) : Stream
{
    private ReadOnlyMemory<byte> _rest;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

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
        while (!buffer.IsEmpty && !TryNext())
        {
            if (!reader.WaitToRead())
                return End();
        }

        return Take(buffer);
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
        while (!buffer.IsEmpty && !TryNext())
        {
            if (!await reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
                return End();
        }

        return Take(buffer.Span);
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            reader.Dispose();
        base.Dispose(disposing);
    }

    // Empty messages are nothing in a stream.
    private bool TryNext()
    {
        while (_rest.IsEmpty)
        {
            if (!reader.TryReadMemory(out _rest))
                return false;
            if (_rest.IsEmpty)
                reader.Advance();
        }

        return true;
    }

    private int Take(Span<byte> buffer)
    {
        int count = Math.Min(buffer.Length, _rest.Length);
        _rest.Span[..count].CopyTo(buffer);
        _rest = _rest[count..];
        if (count != 0 && _rest.IsEmpty)
            reader.Advance();
        return count;
    }

    private int End() => reader.End == SharedChannelEnd.Completed
        ? 0
        : throw new SharedChannelClosedException(reader.End);
}
