using System.Net;
using System.Net.Sockets;
using Sluice.Uring.Tests.Support;

namespace Sluice.Uring.Tests.Operations;

public unsafe class SendOperationsTests : RingTest
{
    [Fact]
    public void Send_OfBytes_ArrivesAtThePeer()
    {
        Require(Opcode.Send);
        (int first, int second) = SocketPair();
        nint text = Text("hello");

        Assert.Equal(5, RunSuccessfully(s => s.PrepareSend(first, text, 5)));

        Assert.Equal("hello", ReadFrom(second));
    }

    [Fact]
    public void Send_WithDoNotWaitOnAFullSocket_FailsWithEAGAIN()
    {
        Require(Opcode.Send);
        (int first, _) = SocketPair();
        nint data = Memory(1 << 20);
        Prepare prepare = s => s.PrepareSend(first, data, 1 << 20, MessageFlags.DoNotWait);

        Completion completion;
        do
        {
            completion = Run(prepare);
        }
        while (completion.Result > 0);

        Assert.Equal(Errno.EAGAIN, completion.Error);
    }

    [Fact]
    public void SendTo_AnAddress_ArrivesThere()
    {
        Require(Opcode.SendZeroCopy);
        var receiver = Own(new Socket(AddressFamily.InterNetwork, SocketType.Dgram, 0));
        receiver.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var sender = Own(new Socket(AddressFamily.InterNetwork, SocketType.Dgram, 0));
        nint address = LoopbackAddress(((IPEndPoint)receiver.LocalEndPoint!).Port);
        nint text = Text("to");

        Completion completion = Run(
            s => s.PrepareSendTo(Fd(sender), text, 2, address, 16));

        Assert.Equal(2, completion.Result);
        Assert.Equal("to", ReadFrom(Fd(receiver)));
    }

    [Fact]
    public void SendVector_OfSegments_SendsThemInOrder()
    {
        Require(Opcode.Send);
        (int first, int second) = SocketPair();
        nint segments = Segments((Text("one "), 4), (Text("two"), 3));

        Completion completion = Run(s => s.PrepareSendVector(first, segments, 2));

        SkipIfUnknownAndNew(completion.Error);
        Assert.Equal(7, completion.Result);
        Assert.Equal("one two", ReadFrom(second));
    }

    [Fact]
    public void SendBundle_OfProvidedBuffers_SendsThemInOrder()
    {
        Assert.SkipUnless(Ring.Features.HasFlag(RingFeatures.Bundle), "no bundles");
        (int first, int second) = SocketPair();
        using BufferRing buffers = BufferRing.Create(Ring, 4, 8);
        buffers.Add(Text("one "), 4, 10);
        buffers.Add(Text("two"), 3, 11);
        buffers.Publish();

        Completion completion = Run(s => s.PrepareSendBundle(first, 4));

        Assert.Equal(7, completion.Result);
        Assert.True(completion.HasBuffer);
        Assert.Equal(10, completion.BufferId);
        Assert.Equal("one two", ReadFrom(second));
    }

    [Fact]
    public void SendMessage_OfSegments_SendsThemInOrder()
    {
        Require(Opcode.SendMessage);
        (int first, int second) = SocketPair();

        int result = RunSuccessfully(s => s.PrepareSendMessage(first, Message("one ", "two")));

        Assert.Equal(7, result);
        Assert.Equal("one two", ReadFrom(second));
    }

    [Fact]
    [Trait("pitfall", "15")]
    public void SendZeroCopy_Succeeding_IsFollowedByANotification()
    {
        Require(Opcode.SendZeroCopy);
        (Socket client, Socket server) = TcpPair();
        nint text = Text("zero");

        Completion first = Run(s => s.PrepareSendZeroCopy(Fd(client), text, 4), userData: 9);

        Assert.Equal(4, first.Result);
        Assert.True(first.HasMore);
        Assert.False(first.IsNotification);
        Assert.Equal("zero", ReadFrom(Fd(server)));
        Completion second = Next();
        Assert.True(second.IsNotification);
        Assert.False(second.HasMore);
        Assert.Equal(9ul, second.UserData);
    }

    [Fact]
    [Trait("pitfall", "15")]
    public void SendZeroCopy_Failing_IsFollowedByANotificationIffMoreIsSet()
    {
        Require(Opcode.SendZeroCopy);
        (Socket client, Socket server) = TcpPair();
        client.Shutdown(SocketShutdown.Send);
        nint text = Text("zero");
        Add(s => s.PrepareSendZeroCopy(Fd(client), text, 4), userData: 1);
        Submit();

        Completion first = Next();
        Assert.Equal(Errno.EPIPE, first.Error);
        if (first.HasMore)
            Assert.True(Next().IsNotification);

        Assert.Equal(2ul, Run(s => s.PrepareNop(), userData: 2).UserData);
        Assert.True(server.Connected);
    }

    [Fact]
    [Trait("pitfall", "15")]
    public void SendZeroCopy_OnASocketWithoutIt_CompletesOnce()
    {
        Require(Opcode.SendZeroCopy);
        (int first, _) = SocketPair();
        nint text = Text("zero");

        Completion completion = Run(s => s.PrepareSendZeroCopy(first, text, 4), userData: 1);

        Assert.Equal(Errno.EOPNOTSUPP, completion.Error);
        Assert.Equal(completion.HasMore, HasNotification());
    }

    [Fact]
    public void SendZeroCopy_ReportingUsage_SaysWhetherItCopied()
    {
        Require(Opcode.SendZeroCopy);
        (Socket client, Socket server) = TcpPair();
        nint data = Memory(16384);

        Completion first = Run(s => s.PrepareSendZeroCopy(
            Fd(client), data, 16384, 0, TransferOptions.ReportUsage));

        SkipIfUnknown(first.Error);
        Assert.True(first.HasMore);
        int left = first.Result;
        while (left > 0)
            left -= ReadFrom(Fd(server), 16384).Length;
        Assert.Contains(Next().Result, new[] { 0, int.MinValue });
    }

    [Fact]
    public void SendZeroCopyFixed_OfARegisteredBuffer_ArrivesAtThePeer()
    {
        Require(Opcode.SendZeroCopy);
        (Socket client, Socket server) = TcpPair();
        nint text = Text("a fixed one");
        Assert.True(Ring.Registration.Buffers.Register([new(text, 11)]).IsSuccess);

        Completion first = Run(s => s.PrepareSendZeroCopyFixed(Fd(client), text + 2, 5, 0));

        Assert.Equal(5, first.Result);
        Assert.Equal("fixed", ReadFrom(Fd(server)));
        Assert.Equal(first.HasMore, HasNotification());
    }

    [Fact]
    public void SendZeroCopyFixed_OutsideTheBuffer_FailsWithEFAULT()
    {
        Require(Opcode.SendZeroCopy);
        (Socket client, _) = TcpPair();
        nint text = Text("a fixed one");
        Assert.True(Ring.Registration.Buffers.Register([new(text, 4)]).IsSuccess);

        Completion first = Run(s => s.PrepareSendZeroCopyFixed(Fd(client), text + 2, 5, 0));

        Assert.Equal(Errno.EFAULT, first.Error);
    }

    [Fact]
    [Trait("pitfall", "15")]
    public void SendMessageZeroCopy_OfSegments_ArrivesAndNotifies()
    {
        Require(Opcode.SendMessageZeroCopy);
        (Socket client, Socket server) = TcpPair();

        Completion first = Run(
            s => s.PrepareSendMessageZeroCopy(Fd(client), Message("one ", "two")));

        Assert.Equal(7, first.Result);
        Assert.True(first.HasMore);
        Assert.Equal("one two", ReadFrom(Fd(server)));
        Assert.True(Next().IsNotification);
    }

    [Fact]
    public void SendMessageZeroCopyFixed_OfARegisteredBuffer_ArrivesAtThePeer()
    {
        Require(Opcode.SendMessageZeroCopy);
        (Socket client, Socket server) = TcpPair();
        nint text = Text("one two");
        Assert.True(Ring.Registration.Buffers.Register([new(text, 7)]).IsSuccess);
        nint header = Value(new MessageHeader
        {
            Segments = Segments((text, 4), (text + 4, 3)),
            SegmentCount = 2,
        });

        Completion first = Run(
            s => s.PrepareSendMessageZeroCopyFixed(Fd(client), header, 0));

        SkipIfUnknown(first.Error);
        Assert.Equal(7, first.Result);
        Assert.Equal("one two", ReadFrom(Fd(server)));
    }

    private bool HasNotification()
    {
        Add(s => s.PrepareNop(), userData: 99);
        Submit();
        bool found = false;
        while (true)
        {
            Completion completion = Next();
            if (completion.UserData == 99)
                return found;
            found |= completion.IsNotification;
        }
    }

    private nint Message(params string[] texts) => Value(new MessageHeader
    {
        Segments = Segments([.. texts.Select(t => (Text(t), t.Length))]),
        SegmentCount = (nuint)texts.Length,
    });
}
