using System.Runtime.CompilerServices;
using System.Runtime.Versioning;
using Sluice.Ipc;
using Sluice.Ipc.Channels;

namespace Sluice.Tool.Bench.Figures.Messages;

/// <summary>Two channels through shared memory.</summary>
/// <param name="isSpinning">Whether a read asks again and again, or sleeps.</param>
[SupportedOSPlatform("linux")]
internal sealed class ChannelWay(bool isSpinning) : MessageWay
{
    // A message and its header in one line of the cache; room for a stream of them.
    private static readonly SharedChannelOptions Options = new()
    {
        RecordAlignment = 64,
        SpinTime = TimeSpan.Zero,
    };

    private readonly byte[] _message = new byte[Length];
    private SharedChannelWriter _writer = null!;
    private SharedChannelReader _reader = null!;
    private ulong _sent;
    private ulong _received;

    public override void Open(DescriptorChannel link)
    {
        _writer = SharedChannel.CreateWriter(Options);
        _reader = SharedChannel.CreateReader(Options);
        _ = _writer.ShareReader(link);
        _ = _reader.ShareWriter(link);
    }

    public override void Join(DescriptorChannel link)
    {
        _reader = SharedChannel.AttachReader(link, Options);
        _writer = SharedChannel.AttachWriter(link, Options);
    }

    public override void Dispose()
    {
        _writer?.Dispose();
        _reader?.Dispose();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public override void Write()
    {
        for (int i = 0; i < Chunk; i++)
            Send();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public override void Read()
    {
        SharedChannelReader reader = _reader;
        int read = 0;
        while (read < Chunk)
        {
            int before = read;
            while (read < Chunk && reader.TryRead(out ReadOnlySpan<byte> message))
            {
                Require(message, _received++);
                read++;
            }

            if (read != before)
                reader.Advance();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public override void Ask()
    {
        for (int i = 0; i < RoundTrips; i++)
        {
            Send();
            Receive();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public override void Answer()
    {
        for (int i = 0; i < RoundTrips; i++)
        {
            Receive();
            Send();
        }
    }

    private void Send()
    {
        BitConverter.TryWriteBytes(_message, _sent++);
        if (!isSpinning)
        {
            _writer.Write(_message);
            return;
        }

        while (!_writer.TryWrite(_message))
        {
        }
    }

    private void Receive()
    {
        ReadOnlySpan<byte> message;
        if (!isSpinning)
        {
            message = _reader.Read();
        }
        else
        {
            while (!_reader.TryRead(out message))
            {
            }
        }

        Require(message, _received++);
        _reader.Advance();
    }
}
