using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Sluice.Ipc;
using Sluice.Ipc.Channels;
using Sluice.Ipc.HandOver;
using Sluice.Memory;

namespace Sluice.Tests.Ipc.HandOver;

/// <summary>The sender's part, played by somebody who writes what he likes.</summary>
[SupportedOSPlatform("linux")]
internal sealed class HostileSender : IDisposable
{
    public const int SlabLength = 64 * 1024;

    private readonly DescriptorChannel _slabs;
    private readonly SharedChannelWriter _forward;
    private readonly SharedChannelReader _returns;

    public HostileSender(DescriptorChannel channel, int inFlightMax = 4)
    {
        _slabs = HandOverGreeting.Send(channel, inFlightMax);
        _forward = SharedChannel.CreateWriter(new() { Capacity = 4096 });
        _returns = SharedChannel.CreateReader(new() { Capacity = 4096 });
        _ = _forward.ShareReader(channel);
        _ = _returns.ShareWriter(channel);
    }

    /// <summary>A message to the receiver; false if the ring is full.</summary>
    public bool Write(ReadOnlySpan<byte> message) => _forward.TryWrite(message);

    public bool Write(in HandOverMessage message) =>
        Write(MemoryMarshal.AsBytes(new ReadOnlySpan<HandOverMessage>(in message)));

    /// <summary>A block of slab 0, which has to be announced.</summary>
    public bool Write(uint ticket, uint offset = 0, uint length = 1, uint slab = 0) =>
        Write(new HandOverMessage(slab, ticket, offset, length, 0));

    public void Announce(int slab, int length = SlabLength, bool isSealed = true)
    {
        using SharedMemory memory = SharedMemory.Create(
            SlabLength, new() { Backend = SharedMemoryBackend.Memfd, Name = "hostile" });
        if (isSealed)
            memory.Seal(SharedMemorySeals.Shrink);
        var message = new byte[SlabAnnouncement.Size];
        SlabAnnouncement.Write(message, slab, length);
        Announce(message, memory.Handle);
    }

    public void Announce(byte[] message, params SafeHandle[] handles) =>
        _ = _slabs.TrySend(message, handles);

    public void Dispose()
    {
        _forward.Dispose();
        _returns.Dispose();
        _slabs.Dispose();
    }
}
