using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Sluice.Ipc;
using Sluice.Ipc.Channels;
using Sluice.Ipc.HandOver;
using Sluice.Tests.Processes;

namespace Sluice.Tests.Ipc.HandOver;

/// <summary>A sender that breaks the rules is found out, and nothing else happens.</summary>
[Collection(nameof(AloneCollection))]
[SupportedOSPlatform("linux")]
[Trait("pitfall", "45")]
public sealed class HostileSenderTests : IDisposable
{
    private readonly DescriptorChannel _near;
    private readonly DescriptorChannel _far;

    public HostileSenderTests()
    {
        ProcessFigures.Settle();
        (_near, _far) = DescriptorChannel.CreatePair();
    }

    [Theory]
    [InlineData(0u, HostileSender.SlabLength, 1u, "length")]
    [InlineData(0u, HostileSender.SlabLength + 1, 0u, "length")]
    [InlineData(0u, uint.MaxValue, 1u, "length")]
    [InlineData(0u, 1u, uint.MaxValue, "length")]
    [InlineData(0u, 0u, HostileSender.SlabLength + 1, "length")]
    [InlineData(4u, 0u, 1u, "ticket")]
    [InlineData(int.MaxValue, 0u, 1u, "ticket")]
    [InlineData(uint.MaxValue - 1, 0u, 1u, "ticket")]
    public void TryReceive_PlaceOrTicketOutOfRange_IsRefused(
        uint ticket, uint offset, uint length, string check)
    {
        using var sender = new HostileSender(_near);
        using SharedVectorReceiver receiver = SharedVectorReceiver.Attach(_far);
        sender.Announce(0);
        Assert.True(sender.Write(ticket, offset, length));

        Refused(receiver, check);
    }

    [Fact]
    public void TryReceive_LastByteOfTheSlab_IsReceived()
    {
        using var sender = new HostileSender(_near);
        using SharedVectorReceiver receiver = SharedVectorReceiver.Attach(_far);
        sender.Announce(0);
        Assert.True(sender.Write(3, HostileSender.SlabLength - 1, 1));
        Assert.True(sender.Write(2, HostileSender.SlabLength, 0));

        Assert.True(receiver.TryReceive(out SharedVectorLease last));
        Assert.True(receiver.TryReceive(out SharedVectorLease end));

        Assert.Equal(0, last.Span[0]);
        Assert.True(end.Span.IsEmpty);
        last.Release();
        end.Release();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(23)]
    [InlineData(25)]
    [InlineData(1000)]
    public void TryReceive_MessageOfAnotherLength_IsRefused(int length)
    {
        using var sender = new HostileSender(_near);
        using SharedVectorReceiver receiver = SharedVectorReceiver.Attach(_far);
        Assert.True(sender.Write(new byte[length]));

        Refused(receiver, "message");
    }

    [Fact]
    public void TryReceive_TicketThatIsOut_IsRefusedAndTheLeaseStaysGood()
    {
        using var sender = new HostileSender(_near);
        using SharedVectorReceiver receiver = SharedVectorReceiver.Attach(_far);
        sender.Announce(0);
        Assert.True(sender.Write(1));
        Assert.True(sender.Write(1));
        Assert.True(receiver.TryReceive(out SharedVectorLease lease));

        Refused(receiver, "ticket");

        Assert.Equal(0, lease.Span[0]);
        lease.Release();
    }

    [Fact]
    public void TryReceive_SlabGoesWhileABlockIsOut_IsRefusedAndTheLeaseStaysGood()
    {
        using var sender = new HostileSender(_near);
        using SharedVectorReceiver receiver = SharedVectorReceiver.Attach(_far);
        sender.Announce(0);
        Assert.True(sender.Write(1));
        Assert.True(sender.Write(HandOverMessage.Forget));
        Assert.True(receiver.TryReceive(out SharedVectorLease lease));

        Refused(receiver, "slab");

        Assert.Equal(0, lease.Span[0]);
        lease.Release();
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(7u)]
    [InlineData(uint.MaxValue)]
    public void TryReceive_SlabThatWasNotAnnounced_IsRefusedWithoutAWait(uint slab)
    {
        using var sender = new HostileSender(_near);
        using SharedVectorReceiver receiver = SharedVectorReceiver.Attach(_far);
        Assert.True(sender.Write(0, slab: slab));

        Refused(receiver, "slab");
    }

    [Theory]
    [InlineData(-1, HostileSender.SlabLength, true, "slab")]
    [InlineData(HandOverLimits.SlabsMax, HostileSender.SlabLength, true, "slab")]
    [InlineData(0, HostileSender.SlabLength + 1, true, "slab")]
    [InlineData(0, 0, true, "size")]
    [InlineData(0, -1, true, "size")]
    [InlineData(0, HostileSender.SlabLength, false, "slab")]
    [Trait("pitfall", "41")]
    public void TryReceive_AnnouncementOutOfRange_IsRefused(
        int slab, int length, bool isSealed, string check)
    {
        using var sender = new HostileSender(_near);
        using SharedVectorReceiver receiver = SharedVectorReceiver.Attach(_far);
        sender.Announce(slab, length, isSealed);
        Assert.True(sender.Write(0));

        Refused(receiver, check);
    }

    [Fact]
    public void TryReceive_SlabAnnouncedTwice_IsRefused()
    {
        using var sender = new HostileSender(_near);
        using SharedVectorReceiver receiver = SharedVectorReceiver.Attach(_far);
        sender.Announce(0);
        sender.Announce(0);
        Assert.True(sender.Write(0, slab: 1));

        SharedChannelException refusal = Refused(receiver, "slab");

        Assert.Contains("twice", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SlabAnnouncement.Size, 0, "announcement")]
    [InlineData(SlabAnnouncement.Size - 1, 1, "announcement")]
    [InlineData(SlabAnnouncement.Size + 1, 1, "announcement")]
    [InlineData(SlabAnnouncement.Size, 2, "slab")]
    [Trait("pitfall", "43")]
    public void TryReceive_AnnouncementOfAnotherShape_IsRefusedAndClosed(
        int length, int descriptors, string check)
    {
        using var sender = new HostileSender(_near);
        using SharedVectorReceiver receiver = SharedVectorReceiver.Attach(_far);
        using Sluice.Memory.SharedMemory memory = Sluice.Memory.SharedMemory.Create(1);
        int before = ProcessFigures.DescriptorCountOfOurs;
        sender.Announce(
            new byte[length], [.. Enumerable.Repeat<SafeHandle>(memory.Handle, descriptors)]);
        Assert.True(sender.Write(0));

        Refused(receiver, check);

        Assert.Equal(before, ProcessFigures.DescriptorCountOfOurs);
    }

    [Theory]
    [InlineData(0, 0xFF, "magic")]
    [InlineData(8, 2, "version")]
    [InlineData(12, 0, "limit")]
    [InlineData(15, 0x80, "limit")]
    [InlineData(15, 0x7F, "limit")]
    public void Attach_GreetingWithAnotherByte_IsRefused(int index, byte value, string check)
    {
        byte[] greeting = Greeting();
        greeting[index] = value;
        (DescriptorChannel first, DescriptorChannel second) = DescriptorChannel.CreatePair();
        using (first)
        using (second)
            _near.Send(greeting, first.Handle);

        Assert.Equal(check, AttachFails().Check);
    }

    [Fact]
    [Trait("pitfall", "43")]
    public void Attach_GreetingWithoutItsSocket_IsRefusedAndClosed()
    {
        using Sluice.Memory.SharedMemory memory = Sluice.Memory.SharedMemory.Create(1);
        using var stream = new Socket(
            AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        using var network = new Socket(
            AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        int before = ProcessFigures.DescriptorCountOfOurs;
        _near.Send(Greeting());
        Assert.Equal("descriptors", AttachFails().Check);
        _near.Send(Greeting(), memory.Handle, memory.Handle);
        Assert.Equal("descriptors", AttachFails().Check);
        foreach (SafeHandle handle in (SafeHandle[])
            [memory.Handle, stream.SafeHandle, network.SafeHandle])
        {
            _near.Send(Greeting(), handle);
            Assert.Equal("socket", AttachFails().Check);
        }

        _near.Send(new byte[3]);
        Assert.Equal("length", AttachFails().Check);
        Assert.Equal(before, ProcessFigures.DescriptorCountOfOurs);
    }

    [Fact]
    public void TryReceive_AnythingAtRandom_IsReceivedOrRefused()
    {
        const int Senders = 500;
        const int MessagesOfEach = 40;
        var random = new Random(5);
        int accepted = 0;
        int refused = 0;
        int descriptors = 0;
        for (int round = 0; round < Senders; round++)
        {
            if (round == 10)
                descriptors = ProcessFigures.DescriptorCountOfOurs;
            using var sender = new HostileSender(_near);
            using SharedVectorReceiver receiver = SharedVectorReceiver.Attach(_far);
            var leases = new List<SharedVectorLease>();
            sender.Announce(0);
            try
            {
                for (int i = 0; i < MessagesOfEach; i++)
                {
                    WriteAtRandom(sender, random);
                    while (receiver.TryReceive(out SharedVectorLease lease))
                    {
                        // Every byte of it can be touched.
                        Assert.Equal(-1, lease.Span.IndexOfAnyExcept((byte)0));
                        leases.Add(lease);
                        accepted++;
                    }

                    if (leases.Count == 3)
                    {
                        leases.ForEach(static lease => lease.Release());
                        leases.Clear();
                    }
                }
            }
            catch (SharedChannelException)
            {
                refused++;
            }

            leases.ForEach(static lease => lease.Release());
        }

        Assert.True(accepted > Senders, $"{accepted} were accepted.");
        Assert.True(refused > Senders / 2, $"{refused} were refused.");
        Assert.InRange(ProcessFigures.DescriptorCountOfOurs, 0, descriptors + 4);
    }

    public void Dispose()
    {
        _near.Dispose();
        _far.Dispose();
    }

    private static void WriteAtRandom(HostileSender sender, Random random)
    {
        switch (random.Next(40))
        {
            case 0:
                var bytes = new byte[random.Next(64)];
                random.NextBytes(bytes);
                _ = sender.Write(bytes);
                break;
            case 1:
                sender.Announce(random.Next(-1, 3), random.Next(-1, HostileSender.SlabLength + 1));
                break;
            default:
                uint odd = (uint)random.NextInt64(uint.MaxValue + 1L);
                _ = sender.Write(
                    random.Next(20) == 0 ? HandOverMessage.Forget : Seldom(4),
                    Seldom(HostileSender.SlabLength / 2),
                    Seldom(HostileSender.SlabLength / 2),
                    slab: Seldom(1));
                break;

                uint Seldom(int usualMax) =>
                    random.Next(80) == 0 ? odd : (uint)random.Next(usualMax);
        }
    }

    private static byte[] Greeting() =>
        [.. "SLHANDOV"u8, 1, 0, 0, 0, 4, 0, 0, 0];

    private static SharedChannelException Refused(SharedVectorReceiver receiver, string check)
    {
        var refusal = Assert.Throws<SharedChannelException>(() => receiver.TryReceive(out _));
        Assert.Equal(check, refusal.Check);
        Assert.Throws<SharedChannelException>(() => receiver.TryReceive(out _));
        return refusal;
    }

    private SharedChannelException AttachFails() =>
        Assert.Throws<SharedChannelException>(() => SharedVectorReceiver.Attach(_far));
}
