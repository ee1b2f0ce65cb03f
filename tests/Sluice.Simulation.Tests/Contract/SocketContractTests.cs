using Sluice.Uring;

namespace Sluice.Simulation.Tests.Contract;

/// <summary>Accepting, receiving and sending, over either kernel.</summary>
public abstract class SocketContractTests : KernelContract
{
    private protected SocketContractTests(IKernelUnderTest kernel)
        : base(kernel)
    {
    }

    [Fact]
    public void AcceptMultishot_TwoConnects_CompletesTwiceAndStays()
    {
        Listener = Kernel.Listen();
        Take(1).PrepareAcceptMultishot(Listener);
        RequireNothing();

        using IPeerUnderTest a = Kernel.Connect(Listener);
        Completion first = Next();
        using IPeerUnderTest b = Kernel.Connect(Listener);
        Completion second = Next();

        Assert.True(first is { HasMore: true, Result: >= 0 });
        Assert.True(second is { HasMore: true, Result: >= 0 });
        Assert.NotEqual(first.Result, second.Result);
    }

    [Fact]
    public void Accept_ListenerShutDown_EndsWithInvalid()
    {
        Listener = Kernel.Listen();
        Take(1).PrepareAcceptMultishot(Listener);
        RequireNothing();
        Assert.Equal(0, Kernel.Shutdown(Listener, 2));

        Completion completion = Next();

        Assert.Equal(Errno.EINVAL, completion.Error);
        Assert.False(completion.HasMore);
    }

    [Fact]
    public void ReceiveMultishot_TwoMessages_TakesBuffersInOrder()
    {
        (int fd, IPeerUnderTest peer) = Connect();
        Provide(4, 4);
        Take(1).PrepareReceiveMultishot(fd, Group);
        RequireNothing();

        peer.Send("one"u8);
        Completion first = Next();
        peer.Send("three"u8);
        Completion second = Next();

        Assert.Equal(CompletionFlags.Buffer | CompletionFlags.More, first.Flags);
        Assert.Equal((CompletionFlags)(1 << 16) | CompletionFlags.Buffer | CompletionFlags.More,
            second.Flags);
        Assert.Equal("one"u8, ReadBuffer(first));
        Assert.Equal("three"u8, ReadBuffer(second));
    }

    [Fact]
    public void ReceiveMultishot_MoreThanABuffer_SaysThereIsMore()
    {
        (int fd, IPeerUnderTest peer) = Connect();
        Provide(4, 4);
        peer.Send(new byte[BufferSize + 1]);
        Take(1).PrepareReceiveMultishot(fd, Group);

        Completion first = Next();
        Completion second = Next();

        Assert.Equal(BufferSize, first.Result);
        Assert.True(first.Flags.HasFlag(CompletionFlags.SocketNonEmpty));
        Assert.Equal(1, second.Result);
        Assert.False(second.Flags.HasFlag(CompletionFlags.SocketNonEmpty));
    }

    [Fact]
    [Trait("pitfall", "9")]
    public void ReceiveMultishot_DataThenEnd_BothArrive()
    {
        (int fd, IPeerUnderTest peer) = Connect();
        Provide(4, 4);
        peer.Send("last"u8);
        peer.ShutdownSend();
        Take(1).PrepareReceiveMultishot(fd, Group);

        Completion data = Next();
        Completion end = Next();

        Assert.Equal("last"u8, ReadBuffer(data));
        Assert.True(data.HasMore);
        Assert.True(data.Flags.HasFlag(CompletionFlags.SocketNonEmpty));
        Assert.Equal((0, CompletionFlags.SocketNonEmpty), (end.Result, end.Flags));
    }

    [Fact]
    [Trait("pitfall", "7")]
    public void ReceiveMultishot_NoBuffer_EndsAtOnceWithoutData()
    {
        (int fd, IPeerUnderTest _) = Connect();
        Provide(4, 0);
        Take(1).PrepareReceiveMultishot(fd, Group);

        Completion completion = Next();

        Assert.Equal(Errno.ENOBUFS, completion.Error);
        Assert.False(completion.HasMore);
        Assert.False(completion.HasBuffer);
    }

    [Fact]
    [Trait("pitfall", "7")]
    public void ReceiveMultishot_BuffersRunOut_ContinuesWhenTheyAreBack()
    {
        (int fd, IPeerUnderTest peer) = Connect();
        Provide(2, 1);
        Take(1).PrepareReceiveMultishot(fd, Group);
        RequireNothing();
        peer.Send(new byte[BufferSize * 2]);

        Assert.Equal(BufferSize, Next().Result);
        Assert.Equal(Errno.ENOBUFS, Next().Error);
        ProvideAgain(0);
        Take(2).PrepareReceiveMultishot(fd, Group);
        Assert.Equal(BufferSize, Next().Result);
    }

    [Fact]
    [Trait("pitfall", "7")]
    public void Receive_NoBufferAtTheEnd_IsStarvedNotEnded()
    {
        (int fd, IPeerUnderTest peer) = Connect();
        Provide(4, 0);
        peer.ShutdownSend();
        Take(1).PrepareReceiveMultishot(fd, Group);

        Assert.Equal(Errno.ENOBUFS, Next().Error);
    }

    [Fact]
    public void ReceiveMultishot_PollFirstWithoutBuffer_WaitsForData()
    {
        (int fd, IPeerUnderTest peer) = Connect();
        Provide(4, 0);
        Take(1).PrepareReceiveMultishot(fd, Group, options: TransferOptions.PollFirst);
        RequireNothing();
        peer.Send("x"u8);

        Assert.Equal(Errno.ENOBUFS, Next().Error);
    }

    [Fact]
    public void BufferRing_Incremental_KeepsABufferUntilItIsFull()
    {
        (int fd, IPeerUnderTest peer) = Connect();
        BufferRing buffers = Provide(4, 1, isIncremental: true);
        Take(1).PrepareReceiveMultishot(fd, Group);
        RequireNothing();
        peer.Send(new byte[10]);
        Completion first = Next();
        peer.Send(new byte[BufferSize - 10]);
        Completion second = Next();

        Assert.True(first is { Result: 10, HasMoreInBuffer: true, BufferId: 0 });
        Assert.True(second is { Result: BufferSize - 10, HasMoreInBuffer: false, BufferId: 0 });
        Assert.Equal(0, buffers.QueryAvailable().Count);
    }

    [Fact]
    public void BufferRing_Status_CountsWhatIsLeft()
    {
        (int fd, IPeerUnderTest peer) = Connect();
        BufferRing buffers = Provide(4, 3);
        Take(1).PrepareReceiveMultishot(fd, Group);
        RequireNothing();
        peer.Send("x"u8);
        _ = Next();

        Assert.Equal(2, buffers.QueryAvailable().Count);
    }

    [Fact]
    public void Receive_PeerResets_FailsOnce()
    {
        (int fd, IPeerUnderTest peer) = Connect();
        Provide(4, 4);
        Take(1).PrepareReceiveMultishot(fd, Group);
        RequireNothing();
        peer.Reset();

        Completion completion = Next();
        Assert.Equal(Errno.ECONNRESET, completion.Error);
        Assert.False(completion.HasMore);
        Take(2).PrepareReceive(fd, Allocate(8), 8);
        Assert.Equal(0, Next().Result);
    }

    [Fact]
    public void Receive_DataThenReset_DataIsStillThere()
    {
        (int fd, IPeerUnderTest peer) = Connect();
        peer.Send("data"u8);
        peer.Reset();
        Take(1).PrepareReceive(fd, Allocate(8), 8);
        Assert.Equal(4, Next().Result);
        Take(2).PrepareReceive(fd, Allocate(8), 8);

        Assert.Equal(Errno.ECONNRESET, Next().Error);
    }

    [Fact]
    public void Send_PeerReset_FailsThenPipeIsBroken()
    {
        (int fd, IPeerUnderTest peer) = Connect();
        peer.Reset();
        Take(1).PrepareSend(fd, Allocate("x"u8), 1);
        Assert.Equal(Errno.ECONNRESET, Next().Error);
        Take(2).PrepareSend(fd, Allocate("x"u8), 1);

        Assert.Equal(Errno.EPIPE, Next().Error);
    }

    [Fact]
    public void Send_PeerClosed_IsTakenThenPipeIsBroken()
    {
        (int fd, IPeerUnderTest peer) = Connect();
        peer.Dispose();
        Take(1).PrepareSend(fd, Allocate("x"u8), 1);
        Assert.Equal(1, Next().Result);
        Take(2).PrepareSend(fd, Allocate("x"u8), 1);

        Assert.Equal(Errno.EPIPE, Next().Error);
    }

    [Fact]
    public void Send_PeerHalfClosed_StillArrives()
    {
        (int fd, IPeerUnderTest peer) = Connect();
        peer.ShutdownSend();
        Take(1).PrepareSend(fd, Allocate("reply"u8), 5);

        Assert.Equal(5, Next().Result);
        Assert.Equal("reply"u8, peer.Receive(5));
    }

    [Fact]
    public void Shutdown_Send_PeerSeesTheEndAndSendFails()
    {
        (int fd, IPeerUnderTest peer) = Connect();
        Take(1).PrepareShutdown(fd, 1);
        Assert.Equal(0, Next().Result);
        Take(2).PrepareSend(fd, Allocate("x"u8), 1);

        Assert.Equal(Errno.EPIPE, Next().Error);
        Assert.Equal((0, Errno.None), peer.TryReceive(new byte[1]));
    }

    [Fact]
    public void Shutdown_Both_EndsAReceiveInFlight()
    {
        (int fd, IPeerUnderTest _) = Connect();
        Provide(4, 4);
        Take(1).PrepareReceiveMultishot(fd, Group);
        RequireNothing();
        Assert.Equal(0, Kernel.Shutdown(fd, 2));

        Completion completion = Next();
        Assert.Equal((1UL, 0), (completion.UserData, completion.Result));
        Assert.False(completion.HasMore);
    }

    [Fact]
    [Trait("pitfall", "5")]
    public void Close_ReceiveInFlight_EndsNothingUntilItIsCancelled()
    {
        (int fd, IPeerUnderTest peer) = Connect();
        Provide(4, 4);
        Take(1).PrepareReceiveMultishot(fd, Group);
        RequireNothing();
        Kernel.Close(fd);
        peer.Send("late"u8);

        Assert.Equal("late"u8, ReadBuffer(Next()));
        Take(2).PrepareCancel(1);
        Assert.Equal(Errno.ECANCELED, Next(2)[1].Error);
        Assert.Equal((0, Errno.None), peer.TryReceive(new byte[1]));
    }

    [Fact]
    public void Close_UnreadData_ResetsThePeer()
    {
        (int fd, IPeerUnderTest peer) = Connect();
        peer.Send("unread"u8);
        Take(1).PrepareClose(fd);

        Assert.Equal(0, Next().Result);
        Assert.Equal((0, Errno.ECONNRESET), peer.TryReceive(new byte[1]));
    }

    [Fact]
    public void Receive_WaitAll_CompletesOnceItIsFull()
    {
        (int fd, IPeerUnderTest peer) = Connect();
        Take(1).PrepareReceive(fd, Allocate(4), 4, MessageFlags.WaitAll);
        RequireNothing();
        peer.Send("ab"u8);
        RequireNothing();
        peer.Send("cd"u8);

        Assert.Equal(4, Next().Result);
    }

    [Fact]
    public void Receive_DontWait_SaysTryAgain()
    {
        (int fd, IPeerUnderTest _) = Connect();
        Take(1).PrepareReceive(fd, Allocate(4), 4, MessageFlags.DoNotWait);

        Assert.Equal(Errno.EAGAIN, Next().Error);
    }

    [Fact]
    public unsafe void SendMessage_TwoSegments_ArriveInOrder()
    {
        (int fd, IPeerUnderTest peer) = Connect();
        var segments = (BufferSegment*)Allocate(2 * sizeof(BufferSegment));
        segments[0] = new(Allocate("hello "u8), 6);
        segments[1] = new(Allocate("world"u8), 5);
        var header = (MessageHeader*)Allocate(sizeof(MessageHeader));
        *header = new MessageHeader { Segments = (nint)segments, SegmentCount = 2 };
        Take(1).PrepareSendMessage(fd, (nint)header);

        Assert.Equal(11, Next().Result);
        Assert.Equal("hello world"u8, peer.Receive(11));
    }

    [Fact]
    [Trait("pitfall", "15")]
    public void SendZeroCopy_Success_IsFollowedByItsNotification()
    {
        (int fd, IPeerUnderTest peer) = Connect();
        Take(1).PrepareSendZeroCopy(fd, Allocate("zero"u8), 4);

        Completion sent = Next();
        Assert.Equal("zero"u8, peer.Receive(4));
        Completion notification = Next();

        Assert.True(sent is { Result: 4, HasMore: true, IsNotification: false });
        Assert.True(notification is { HasMore: false, IsNotification: true });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void HasEnded_BytesThenAnEnd_IsTrueAsSoonAsTheEndIsThere(bool isReset)
    {
        (int fd, IPeerUnderTest peer) = Connect();
        Assert.False(Kernel.HasEnded(fd));
        peer.Send("a"u8);
        Assert.False(Kernel.HasEnded(fd));

        if (isReset)
            peer.Reset();
        else
            peer.ShutdownSend();

        Assert.True(Kernel.HasEnded(fd));
    }

    [Fact]
    public void Submit_DescriptorNotOpen_IsBad()
    {
        Take(1).PrepareSend(12345, Allocate("x"u8), 1);

        Assert.Equal(Errno.EBADF, Next().Error);
    }
}
