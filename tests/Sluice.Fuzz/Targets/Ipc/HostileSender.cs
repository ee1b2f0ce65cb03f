using System.Buffers.Binary;
using System.Runtime.Versioning;
using Sluice.Ipc;
using Sluice.Ipc.Channels;
using Sluice.Ipc.HandOver;
using Sluice.Memory;

namespace Sluice.Fuzz.Targets.Ipc;

/// <summary>The sender's part, played by somebody who sends what he likes.</summary>
[SupportedOSPlatform("linux")]
internal sealed class HostileSender : IDisposable
{
    private readonly DescriptorChannel _slabs;
    private readonly SharedChannelWriter _forward;
    private readonly SharedChannelReader _returns;

    public HostileSender(DescriptorChannel channel, int inFlightMax)
    {
        _slabs = HandOverGreeting.Send(channel, inFlightMax);
        _forward = SharedChannel.CreateWriter(new() { Capacity = 4096 });
        _returns = SharedChannel.CreateReader(new() { Capacity = 4096 });
        _ = _forward.ShareReader(channel);
        _ = _returns.ShareWriter(channel);
    }

    /// <summary>False if there is no room.</summary>
    public bool Send(ReadOnlySpan<byte> message) => _forward.TryWrite(message);

    /// <summary>Announces a slab; see <see cref="HandOverModel.IsSound"/>.</summary>
    public bool Announce(int slab, int kind)
    {
        using SharedMemory memory = SharedMemory.Create(
            HandOverModel.SlabLength,
            new SharedMemoryOptions { Backend = SharedMemoryBackend.Memfd });
        using (SharedMemoryMap map = memory.Map())
            map.Buffer.Fill(HandOverModel.FillOf(slab));
        if (kind != HandOverModel.Unsealed)
            memory.Seal(SharedMemorySeals.Shrink);
        var message = new byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(message, slab);
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(4), HandOverModel.LengthOf(kind));
        return kind == HandOverModel.WithoutObject
            ? _slabs.TrySend(message, [])
            : _slabs.TrySend(message, [memory.Handle]);
    }

    public void Dispose()
    {
        _forward.Dispose();
        _returns.Dispose();
        _slabs.Dispose();
    }
}
