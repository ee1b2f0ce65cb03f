using System.Runtime.CompilerServices;
using Sluice.Ipc;
using Sluice.Ipc.Channels;

namespace Sluice.Channels.Bench;

/// <summary>A message there and one back: half of the time, in nanoseconds.</summary>
internal sealed class PingPong(PingPong.Wait wait) : Contender
{
    private SharedChannelWriter _writer = null!;
    private SharedChannelReader _reader = null!;
    private byte[] _message = [];

    /// <summary>How the next message is waited for.</summary>
    public enum Wait
    {
        /// <summary>By asking again and again.</summary>
        Poll,

        /// <summary>By a read that spins.</summary>
        SpinInRead,

        /// <summary>By a read that sleeps.</summary>
        Sleep,
    }

    // A message and its header in one line of the cache.
    private SharedChannelOptions Options => new()
    {
        Capacity = 4096,
        RecordAlignment = 64,
        SpinTime = wait == Wait.SpinInRead ? TimeSpan.FromSeconds(10) : TimeSpan.Zero,
    };

    protected override IDisposable Connect(DescriptorChannel channel, int size)
    {
        _message = new byte[size];
        _writer = SharedChannel.CreateWriter(Options);
        _reader = SharedChannel.CreateReader(Options);
        _ = _writer.ShareReader(channel);
        _ = _reader.ShareWriter(channel);
        return _writer;
    }

    protected override IDisposable Join(DescriptorChannel channel, int size)
    {
        _message = new byte[size];
        _reader = SharedChannel.AttachReader(channel, Options);
        return _writer = SharedChannel.AttachWriter(channel, Options);
    }

    protected override void Run(long count)
    {
        for (; count > 0; count -= Chunk)
        {
            if (wait == Wait.Poll)
                PollChunk(isFirst: true);
            else
                ReadChunk(isFirst: true);
        }
    }

    protected override void Answer(long count)
    {
        for (; count > 0; count -= Chunk)
        {
            if (wait == Wait.Poll)
                PollChunk(isFirst: false);
            else
                ReadChunk(isFirst: false);
        }
    }

    protected override double Figure(double nanoseconds) => nanoseconds / 2;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void PollChunk(bool isFirst)
    {
        SharedChannelWriter writer = _writer;
        SharedChannelReader reader = _reader;
        ReadOnlySpan<byte> message = _message;
        for (int i = 0; i < Chunk; i++)
        {
            if (isFirst && !writer.TryWrite(message))
                throw new InvalidDataException("There must be room.");
            ReadOnlySpan<byte> received;
            while (!reader.TryRead(out received))
            {
            }

            if (received.Length != message.Length)
                throw new InvalidDataException("Another message was expected.");
            reader.Advance();
            if (!isFirst && !writer.TryWrite(message))
                throw new InvalidDataException("There must be room.");
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ReadChunk(bool isFirst)
    {
        SharedChannelWriter writer = _writer;
        SharedChannelReader reader = _reader;
        ReadOnlySpan<byte> message = _message;
        for (int i = 0; i < Chunk; i++)
        {
            if (isFirst)
                writer.Write(message);
            ReadOnlySpan<byte> received = reader.Read();
            if (received.Length != message.Length)
                throw new InvalidDataException("Another message was expected.");
            reader.Advance();
            if (!isFirst)
                writer.Write(message);
        }
    }
}
