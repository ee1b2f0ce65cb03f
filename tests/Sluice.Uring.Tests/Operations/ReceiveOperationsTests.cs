using Sluice.Uring.Tests.Support;

namespace Sluice.Uring.Tests.Operations;

public unsafe class ReceiveOperationsTests : RingTest
{
    private const int BufferSize = 64;

    [Fact]
    public void Receive_OfBytes_FillsTheMemory()
    {
        Require(Opcode.Receive);
        (int first, int second) = SocketPair();
        nint memory = Memory(BufferSize);
        Add(s => s.PrepareReceive(first, memory, BufferSize));
        Submit();

        WriteTo(second, "hello");

        Assert.Equal(5, Next().Result);
        Assert.Equal("hello", Read(memory, 5));
    }

    [Fact]
    public void Receive_WithPeek_LeavesTheBytes()
    {
        Require(Opcode.Receive);
        (int first, int second) = SocketPair();
        nint memory = Memory(BufferSize);
        WriteTo(second, "hello");

        Assert.Equal(
            5,
            RunSuccessfully(s => s.PrepareReceive(first, memory, 64, MessageFlags.Peek)));

        Assert.Equal("hello", ReadFrom(first));
    }

    [Fact]
    public void Receive_WithPollFirst_WaitsForData()
    {
        Require(Opcode.Receive);
        (int first, int second) = SocketPair();
        nint memory = Memory(BufferSize);
        WriteTo(second, "hello");

        Completion completion = Run(s => s.PrepareReceive(
            first, memory, 64, MessageFlags.None, TransferOptions.PollFirst));

        Assert.Equal(5, completion.Result);
    }

    [Fact]
    public void ReceiveSelect_OfBytes_NamesTheBuffer()
    {
        (int first, int second) = SocketPair();
        using BufferRing buffers = Buffers(7, 4, out nint memory);
        WriteTo(second, "hello");

        Completion completion = Run(s => s.PrepareReceiveSelect(first, 7, 4));

        Assert.Equal(4, completion.Result);
        Assert.True(completion.HasBuffer);
        Assert.False(completion.HasMore);
        Assert.Equal("hell", Read(memory + (completion.BufferId * BufferSize), 4));
    }

    [Fact]
    public void ReceiveMultishot_OfSeveralMessages_CompletesForEachThenEnds()
    {
        (int first, int second) = SocketPair();
        using BufferRing buffers = Buffers(7, 4, out nint memory);
        Add(s => s.PrepareReceiveMultishot(first, 7), userData: 3);
        Submit();

        foreach (string text in new[] { "one", "three" })
        {
            WriteTo(second, text);
            Completion completion = Next();
            Assert.True(completion.HasMore);
            Assert.Equal(3ul, completion.UserData);
            Assert.Equal(
                text, Read(memory + (completion.BufferId * BufferSize), completion.Result));
        }

        RunShutdown(second);
        Completion end = Next();
        Assert.Equal(0, end.Result);
        Assert.False(end.HasMore);
    }

    [Fact]
    public void ReceiveMultishot_WithBundle_UsesSeveralBuffersAtOnce()
    {
        Assert.SkipUnless(Ring.Features.HasFlag(RingFeatures.Bundle), "no bundles");
        (int first, int second) = SocketPair();
        using BufferRing buffers = Buffers(7, 4, out nint memory);
        string text = new string('a', BufferSize) + new string('b', BufferSize) + "c";
        WriteTo(second, text);

        Completion completion = Run(s => s.PrepareReceiveMultishot(
            first, 7, MessageFlags.None, TransferOptions.Bundle));

        Assert.InRange(completion.Result, BufferSize + 1, text.Length);
        Assert.Equal(0, completion.BufferId);
        Assert.Equal(text[..completion.Result], Read(memory, completion.Result));
    }

    [Fact]
    public void ReceiveMessage_OfBytes_FillsTheSegments()
    {
        Require(Opcode.ReceiveMessage);
        (int first, int second) = SocketPair();
        nint one = Memory(BufferSize);
        nint two = Memory(BufferSize);
        nint header = Value(new MessageHeader
        {
            Segments = Segments((one, 2), (two, BufferSize)),
            SegmentCount = 2,
        });
        WriteTo(second, "hello");

        Assert.Equal(5, RunSuccessfully(s => s.PrepareReceiveMessage(first, header)));

        Assert.Equal("he", Read(one, 2));
        Assert.Equal("llo", Read(two, 3));
    }

    [Fact]
    public void ReceiveMessageMultishot_OfDatagrams_DescribesEach()
    {
        Require(Opcode.ReceiveMessage, Opcode.SendZeroCopy);
        (int first, int second) = SocketPair(Os.SOCK_DGRAM);
        using BufferRing buffers = Buffers(7, 4, out nint memory);
        const int NameRoom = 16;
        nint header = Value(new MessageHeader { NameLength = NameRoom });
        Add(s => s.PrepareReceiveMessageMultishot(first, header, 7));
        Submit();

        foreach (string text in new[] { "one", "three" })
        {
            WriteTo(second, text);
            Completion completion = Next();
            Assert.True(completion.HasMore);
            nint buffer = memory + (completion.BufferId * BufferSize);
            ReceivedMessage message = *(ReceivedMessage*)buffer;
            Assert.Equal((uint)text.Length, message.PayloadLength);
            Assert.Equal(0u, message.ControlLength);
            Assert.Equal(
                text, Read(buffer + sizeof(ReceivedMessage) + NameRoom, text.Length));
        }
    }

    private void RunShutdown(int fd)
    {
        Add(s => s.PrepareShutdown(fd, 1), flags: SubmissionFlags.SkipSuccess);
        Submit();
    }

    private BufferRing Buffers(ushort group, int count, out nint memory)
    {
        memory = Memory(count * BufferSize);
        BufferRing buffers = BufferRing.Create(Ring, group, count);
        for (int i = 0; i < count; i++)
            buffers.Add(memory + (i * BufferSize), BufferSize, (ushort)i);
        buffers.Publish();
        return buffers;
    }
}
