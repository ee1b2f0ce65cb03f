using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Sluice.Ipc;
using Sluice.Ipc.Channels;
using Sluice.Ipc.HandOver;
using Sluice.Memory;

namespace Sluice.Tests.Ipc.HandOver;

/// <summary>A receiver that gives back what it does not have.</summary>
[SupportedOSPlatform("linux")]
[Trait("pitfall", "45")]
public sealed class HostileReceiverTests : IDisposable
{
    private readonly IoHeap _heap = new(new IoHeapOptions
    {
        SharedMemory = new SharedMemoryOptions { Backend = SharedMemoryBackend.Memfd },
    });

    private readonly SharedVectorSender _sender;
    private readonly DescriptorChannel _slabs;
    private readonly SharedChannelReader _forward;
    private readonly SharedChannelWriter _returns;

    public HostileReceiverTests()
    {
        (DescriptorChannel near, DescriptorChannel far) = DescriptorChannel.CreatePair();
        using (near)
        using (far)
        {
            _sender = SharedVectorSender.Create(near, new() { InFlightMax = 4 });
            _slabs = HandOverGreeting.Receive(far, out _);
            _forward = SharedChannel.AttachReader(far);
            _returns = SharedChannel.AttachWriter(far);
        }
    }

    [Theory]
    [InlineData(1u)]
    [InlineData(3u)]
    [InlineData(4u)]
    [InlineData(int.MaxValue + 1u)]
    [InlineData(uint.MaxValue)]
    public void Collect_TicketThatIsNotOut_IsRefused(uint ticket)
    {
        Send();
        GiveBack(ticket);

        var refusal = Assert.Throws<SharedChannelException>(() => _sender.Collect());

        Assert.Equal("ticket", refusal.Check);
        Assert.Equal(1, _heap.CountLive());
    }

    [Fact]
    public void Collect_TicketTwice_IsRefusedAndCountsOnce()
    {
        Send();
        Send();
        GiveBack(0);
        GiveBack(0);

        Assert.Throws<SharedChannelException>(() => _sender.Collect());

        Assert.Equal(1, _sender.InFlightCount);
        Assert.Equal(1, _heap.CountLive());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(1000)]
    public void Collect_ReturnOfAnotherLength_IsRefused(int length)
    {
        Send();
        Assert.True(_returns.TryWrite(new byte[length]));

        var refusal = Assert.Throws<SharedChannelException>(() => _sender.Collect());

        Assert.Equal("return", refusal.Check);
    }

    [Fact]
    public void Dispose_AfterAnythingAtRandom_BringsAllBlocksHome()
    {
        var random = new Random(3);
        try
        {
            for (int i = 0; i < 10_000; i++)
            {
                Send();
                GiveBack((uint)random.Next(6));
            }
        }
        catch (SharedChannelException)
        {
            // As it should be; then the owner lets go of the receiver.
        }

        _sender.Dispose();

        Assert.Equal(0, _heap.CountLive());
    }

    [Fact]
    public void TrySend_ReceiverDoesNotLook_FillsNothingButItsTickets()
    {
        int sent = 0;
        for (int i = 0; i < 100; i++)
            sent += Send() ? 1 : 0;

        Assert.Equal(4, sent);
        Assert.Equal(4, _heap.CountLive());
    }

    public void Dispose()
    {
        _sender.Dispose();
        _slabs.Dispose();
        _forward.Dispose();
        _returns.Dispose();
        _heap.Dispose();
    }

    private bool Send()
    {
        IoVector vector = _heap.Allocate(100, IoVectorSharing.Shared);
        try
        {
            return _sender.TrySend(ref vector);
        }
        finally
        {
            if (vector.HasReference)
                vector.Release();
        }
    }

    private void GiveBack(uint ticket) =>
        _ = _returns.TryWrite(MemoryMarshal.AsBytes(new ReadOnlySpan<uint>(in ticket)));
}
