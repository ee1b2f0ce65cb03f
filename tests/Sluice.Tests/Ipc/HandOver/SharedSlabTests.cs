using System.Runtime.Versioning;
using Sluice.Ipc;
using Sluice.Ipc.Channels;
using Sluice.Ipc.HandOver;
using Sluice.Memory;
using Sluice.Tests.Processes;

namespace Sluice.Tests.Ipc.HandOver;

/// <summary>The slabs of blocks that are handed over: mapped once, checked, and given up.</summary>
[Collection(nameof(AloneCollection))]
[SupportedOSPlatform("linux")]
public sealed class SharedSlabTests
{
    public SharedSlabTests() => ProcessFigures.Settle();

    [Fact]
    public void ForgetSlabs_SlabThatTheHeapGaveBack_IsUnmapped()
    {
        using var pair = new HandOverPair();
        pair.Send(IoHeap.VectorLengthMax);
        pair.Receive().Release();
        Assert.Equal(1, pair.Sender.Collect());
        int mapped = MapCount();
        Assert.Equal(0, pair.Sender.ForgetSlabs());
        Assert.True(pair.Heap.Trim() > 0);

        Assert.Equal(1, pair.Sender.ForgetSlabs());
        Assert.False(pair.Receiver.TryReceive(out _));

        Assert.Equal(mapped - 2, MapCount());
        pair.Send(fill: 6);
        SharedVectorLease lease = pair.Receive();
        Assert.Equal(6, lease.Span[0]);
        lease.Release();
    }

    [Fact]
    public void TrySend_SlabsComeAndGo_TheReceiverFollows()
    {
        using var pair = new HandOverPair();
        for (int i = 0; i < 20; i++)
        {
            pair.Send(IoHeap.VectorLengthMax, (byte)i);
            pair.Send(256, (byte)(i + 1));
            SharedVectorLease large = pair.Receive();
            SharedVectorLease small = pair.Receive();
            Assert.Equal((byte)i, large.Span[^1]);
            Assert.Equal((byte)(i + 1), small.Span[^1]);
            large.Release();
            small.Release();
            Assert.Equal(2, pair.Sender.Collect());
            Assert.True(pair.Heap.Trim() > 0);
        }

        // The heap's own have gone; what is left are the receiver's last two.
        Assert.InRange(MapCount(), 0, 2);
    }

    [Theory]
    [InlineData(SharedMemorySeals.None, false, long.MaxValue, "Shrink")]
    [InlineData(
        SharedMemorySeals.Shrink | SharedMemorySeals.FutureWrite, true, long.MaxValue, "Mapping")]
    [InlineData(SharedMemorySeals.Shrink, false, 4096, "size")]
    [Trait("pitfall", "41")]
    [Trait("pitfall", "42")]
    public void TryReceive_SlabIsNotAsRequired_IsRefusedForGood(
        SharedMemorySeals seals, bool canWrite, long mappedBytesMax, string reason)
    {
        using var pair = new HandOverPair(
            receiving: new() { CanWrite = canWrite, MappedBytesMax = mappedBytesMax },
            heap: new() { SharedMemorySeals = seals });
        pair.Send();

        var refusal = Assert.Throws<SharedChannelException>(
            () => pair.Receiver.TryReceive(out _));

        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        Assert.Throws<SharedChannelException>(() => pair.Receiver.TryReceive(out _));
    }

    [Fact]
    [Trait("pitfall", "41")]
    public void TryReceive_SlabOfHugePages_IsRefusedUnlessTheSenderIsTrusted()
    {
        const int HugePage = 2 << 20;
        using SharedMemory memory = SharedMemory.Create(
            HugePage,
            new() { Backend = SharedMemoryBackend.Memfd, HugePages = true });
        Assert.SkipUnless(memory.HasHugePages, "There are no huge pages.");
        memory.Seal(SharedMemorySeals.Shrink);
        var message = new byte[SlabAnnouncement.Size];
        SlabAnnouncement.Write(message, 0, HugePage);
        (DescriptorChannel near, DescriptorChannel far) = DescriptorChannel.CreatePair();
        using (near)
        using (far)
        {
            using var sender = new HostileSender(near);
            using SharedVectorReceiver receiver = SharedVectorReceiver.Attach(far);
            sender.Announce(message, memory.Handle);
            Assert.True(sender.Write(0));

            var refusal = Assert.Throws<SharedChannelException>(
                () => receiver.TryReceive(out _));

            Assert.Equal("type", refusal.Check);
        }
    }

    private static int MapCount() => File.ReadLines("/proc/self/maps")
        .Count(static line => line.Contains("memfd:handover", StringComparison.Ordinal));
}
