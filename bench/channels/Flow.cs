using System.Runtime.CompilerServices;
using Sluice.Ipc;
using Sluice.Ipc.Channels;

namespace Sluice.Channels.Bench;

/// <summary>Messages in one direction, as fast as they go: millions per second.</summary>
/// <param name="batch">How many become visible at once.</param>
internal sealed class Flow(int batch) : Contender
{
    private SharedChannelWriter _writer = null!;
    private SharedChannelReader _reader = null!;
    private byte[] _message = [];
    private ulong _next;

    protected override IDisposable Connect(DescriptorChannel channel, int size)
    {
        _message = new byte[size];
        _writer = SharedChannel.CreateWriter();
        _ = _writer.ShareReader(channel);
        return _writer;
    }

    protected override IDisposable Join(DescriptorChannel channel, int size)
    {
        _message = new byte[size];
        return _reader = SharedChannel.AttachReader(channel);
    }

    protected override void Run(long count)
    {
        for (; count > 0; count -= Chunk)
        {
            if (batch == 1)
                WriteChunk();
            else
                WriteBatches();
        }
    }

    protected override void Answer(long count)
    {
        for (; count > 0; count -= Chunk)
            ReadChunk();
    }

    protected override double Figure(double nanoseconds) => 1000 / nanoseconds;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void WriteChunk()
    {
        SharedChannelWriter writer = _writer;
        ReadOnlySpan<byte> message = _message;
        for (int i = 0; i < Chunk; i++)
        {
            // A number to check, so that nothing is read that was not written.
            BitConverter.TryWriteBytes(_message, _next++);
            while (!writer.TryWrite(message))
            {
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void WriteBatches()
    {
        SharedChannelWriter writer = _writer;
        ReadOnlySpan<byte> message = _message;
        writer.BeginBatch();
        for (int i = 0; i < Chunk; i++)
        {
            BitConverter.TryWriteBytes(_message, _next++);
            while (!writer.TryWrite(message))
            {
                writer.PublishBatch();
                writer.BeginBatch();
            }

            if (i % batch == batch - 1)
            {
                writer.PublishBatch();
                writer.BeginBatch();
            }
        }

        writer.PublishBatch();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ReadChunk()
    {
        SharedChannelReader reader = _reader;
        int read = 0;
        while (read < Chunk)
        {
            int before = read;
            while (read < Chunk && reader.TryRead(out ReadOnlySpan<byte> message))
            {
                if (message.Length != _message.Length || BitConverter.ToUInt64(message) != _next++)
                    throw new InvalidDataException("Another message was expected.");
                read++;
            }

            if (read != before)
                reader.Advance();
        }
    }
}
