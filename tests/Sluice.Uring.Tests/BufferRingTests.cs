using System.Net.Sockets;
using Sluice.Uring.Tests.Support;
using static Sluice.Uring.Interop.IoUringConstants;

namespace Sluice.Uring.Tests;

public class BufferRingTests : RingTest
{
    private const ushort Group = 3;
    private const int Size = 32;

    [Fact]
    [Trait("pitfall", "17")]
    public void Add_OverTheFirstEntry_KeepsTheTailUntilPublished()
    {
        (int first, int second) = SocketPair();
        nint memory = Memory(2 * Size);
        using BufferRing buffers = BufferRing.Create(Ring, Group, 2);
        buffers.Add(memory, Size, 0);
        buffers.Add(memory + Size, Size, 1);
        buffers.Publish();
        Receive(first, second, "one");
        Receive(first, second, "two");

        buffers.Add(memory, Size, 2);

        Assert.Equal(1, buffers.Staged);
        WriteTo(second, "three");
        Assert.Equal(Errno.ENOBUFS, Run(s => s.PrepareReceiveSelect(first, Group)).Error);
        buffers.Publish();
        Completion completion = Run(s => s.PrepareReceiveSelect(first, Group));
        Assert.Equal(2, completion.BufferId);
        Assert.Equal("three", Read(memory, 5));
    }

    [Fact]
    [Trait("pitfall", "17")]
    public void Publish_OfABatch_HandsOverAllOfIt()
    {
        using BufferRing buffers = BufferRing.Create(Ring, Group, 8);
        nint memory = Memory(8 * Size);
        for (ushort i = 0; i < 5; i++)
            buffers.Add(memory + (i * Size), Size, i);

        RingResult before = buffers.QueryAvailable();
        buffers.Publish();

        SkipIfUnknown(before.Error);
        Assert.Equal(0, before.Value);
        Assert.Equal(0, buffers.Staged);
        Assert.Equal(5, buffers.QueryAvailable().Value);
    }

    [Fact]
    [Trait("pitfall", "17")]
    public void Buffers_OverManyRounds_CarryTheRightBytes()
    {
        const int Count = 4;
        (int first, int second) = SocketPair();
        nint memory = Memory(Count * Size);
        using BufferRing buffers = BufferRing.Create(Ring, Group, Count);
        for (ushort i = 0; i < Count; i++)
            buffers.Add(memory + (i * Size), Size, i);
        buffers.Publish();
        Add(s => s.PrepareReceiveMultishot(first, Group));
        Submit();

        for (int i = 0; i < 1000; i++)
        {
            string text = $"message {i}";
            WriteTo(second, text);
            Completion completion = Next();
            Assert.True(completion.HasMore);
            nint buffer = memory + (completion.BufferId * Size);
            Assert.Equal(text, Read(buffer, completion.Result));
            buffers.Add(buffer, Size, completion.BufferId);
            buffers.Publish();
        }
    }

    [Fact]
    [Trait("pitfall", "7")]
    public void Receive_WithoutBuffers_EndsWithENOBUFSAndLosesNothing()
    {
        (int first, int second) = SocketPair();
        nint memory = Memory(Size);
        using BufferRing buffers = BufferRing.Create(Ring, Group, 1);
        buffers.Add(memory, Size, 9);
        buffers.Publish();
        Add(s => s.PrepareReceiveMultishot(first, Group));
        Submit();
        WriteTo(second, "one");
        Assert.Equal(3, Next().Result);

        WriteTo(second, "two");
        Completion empty = Next();

        Assert.Equal(Errno.ENOBUFS, empty.Error);
        Assert.False(empty.HasMore);
        Assert.False(empty.HasBuffer);
        buffers.Add(memory, Size, 9);
        buffers.Publish();
        Assert.Equal(3, Run(s => s.PrepareReceiveMultishot(first, Group)).Result);
        Assert.Equal("two", Read(memory, 3));
    }

    [Fact]
    [Trait("pitfall", "17")]
    public void Receive_Failing_LeavesTheBufferInOnePlaceOnly()
    {
        (Socket client, Socket server) = TcpPair();
        using BufferRing buffers = BufferRing.Create(Ring, Group, 4);
        nint memory = Memory(4 * Size);
        for (ushort i = 0; i < 4; i++)
            buffers.Add(memory + (i * Size), Size, i);
        buffers.Publish();
        SkipIfUnknown(buffers.QueryAvailable().Error);
        Add(s => s.PrepareReceiveSelect(Fd(server), Group));
        Submit();

        client.LingerState = new LingerOption(true, 0);
        client.Close();
        Completion completion = Next();

        Assert.Equal(Errno.ECONNRESET, completion.Error);
        Assert.Equal(completion.HasBuffer ? 3 : 4, buffers.QueryAvailable().Value);
    }

    [Fact]
    [Trait("pitfall", "17")]
    public void IncrementalBuffer_OverSeveralReceives_IsUsedPieceByPiece()
    {
        (int first, int second) = SocketPair();
        nint memory = Memory(8);
        using BufferRing buffers = CreateIncremental(2);
        buffers.Add(memory, 8, 5);
        buffers.Publish();

        Completion one = Receive(first, second, "one");
        Completion two = Receive(first, second, "three");

        Assert.Equal(5, one.BufferId);
        Assert.True(one.HasMoreInBuffer);
        Assert.Equal(5, two.BufferId);
        Assert.False(two.HasMoreInBuffer);
        Assert.Equal("onethree", Read(memory, 8));
        WriteTo(second, "x");
        Assert.Equal(Errno.ENOBUFS, Run(s => s.PrepareReceiveSelect(first, Group)).Error);
    }

    [Fact]
    [Trait("pitfall", "17")]
    public void IncrementalBuffers_WithAMultishot_CarryAStream()
    {
        const int Length = 64;
        (int first, int second) = SocketPair();
        nint memory = Memory(2 * Length);
        using BufferRing buffers = CreateIncremental(2);
        Assert.True(buffers.IsIncremental);
        for (ushort i = 0; i < 2; i++)
            buffers.Add(memory + (i * Length), Length, i);
        buffers.Publish();
        Add(s => s.PrepareReceiveMultishot(first, Group));
        Submit();
        int[] offsets = [0, 0];

        for (int i = 0; i < 200; i++)
        {
            string text = $"{i:0000000}";
            WriteTo(second, text);
            string received = "";
            while (received.Length < text.Length)
            {
                Completion completion = Next();
                Assert.True(completion.HasMore);
                ushort id = completion.BufferId;
                received += Read(memory + (id * Length) + offsets[id], completion.Result);
                offsets[id] += completion.Result;
                if (completion.HasMoreInBuffer)
                    continue;
                offsets[id] = 0;
                buffers.Add(memory + (id * Length), Length, id);
                buffers.Publish();
            }

            Assert.Equal(text, received);
        }
    }

    [Fact]
    public void Add_BeyondTheCount_Throws()
    {
        using BufferRing buffers = BufferRing.Create(Ring, Group, 2);
        nint memory = Memory(Size);
        buffers.Add(memory, Size, 0);
        buffers.Add(memory, Size, 1);

        Assert.Throws<InvalidOperationException>(() => buffers.Add(memory, Size, 2));
        Assert.Equal(2, buffers.Staged);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-4)]
    [InlineData(65536)]
    public void Create_WithACountOutOfRange_Throws(int count) =>
        Assert.Throws<ArgumentOutOfRangeException>(
            () => BufferRing.Create(Ring, Group, count));

    [Fact]
    public void Create_WithNoPowerOfTwoOrNoRing_Throws()
    {
        Assert.Throws<ArgumentException>(() => BufferRing.Create(Ring, Group, 3));
        Assert.Throws<ArgumentNullException>(() => BufferRing.Create(null!, Group, 2));
    }

    [Fact]
    public void Create_OfAGroupTwice_Fails()
    {
        using BufferRing buffers = BufferRing.Create(Ring, Group, 2);

        var exception = Assert.Throws<RingException>(() => BufferRing.Create(Ring, Group, 2));

        Assert.Equal(Errno.EEXIST, exception.Error);
    }

    [Fact]
    public void Create_OfTheLargest_Works()
    {
        using BufferRing buffers = BufferRing.Create(Ring, Group, BufferRing.EntriesMax);
        nint memory = Memory(Size);
        for (int i = 0; i < BufferRing.EntriesMax; i++)
            buffers.Add(memory, Size, (ushort)i);
        buffers.Publish();

        RingResult available = buffers.QueryAvailable();
        SkipIfUnknown(available.Error);
        Assert.Equal(BufferRing.EntriesMax, available.Value);
    }

    [Fact]
    public void QueryAvailable_SomeWereTaken_CountsTheRest()
    {
        (int first, int second) = SocketPair();
        nint memory = Memory(4 * Size);
        using BufferRing buffers = BufferRing.Create(Ring, Group, 4);
        for (ushort i = 0; i < 4; i++)
            buffers.Add(memory + (i * Size), Size, i);
        buffers.Publish();
        SkipIfUnknown(buffers.QueryAvailable().Error);

        Receive(first, second, "one");

        Assert.Equal(3, buffers.QueryAvailable().Value);
    }

    [Fact]
    public void QueryAvailable_KernelDoesNotAnswer_IsItsError()
    {
        using var kernel = new ScriptedKernel();
        using Ring ring = Ring.Create(new RingOptions(), kernel);
        using BufferRing buffers = BufferRing.Create(ring, Group, 2);
        kernel.OnRegister = static _ => -(int)Errno.EINVAL;

        Assert.Equal(Errno.EINVAL, buffers.QueryAvailable().Error);
    }

    [Fact]
    public void Dispose_Twice_UnregistersOnce()
    {
        using var kernel = new ScriptedKernel();
        using Ring ring = Ring.Create(new RingOptions(), kernel);
        BufferRing buffers = BufferRing.Create(ring, Group, 2);

        buffers.Dispose();
        buffers.Dispose();

        Assert.Equal(
            [IORING_REGISTER_PBUF_RING, IORING_UNREGISTER_PBUF_RING], kernel.Registers);
        kernel.OnRegister = static _ => -(int)Errno.EINVAL;
    }

    [Fact]
    public void Dispose_Twice_FreesTheGroupOnce()
    {
        BufferRing buffers = BufferRing.Create(Ring, Group, 2);

        buffers.Dispose();
        buffers.Dispose();

        Assert.Throws<ObjectDisposedException>(() => buffers.Add(0, 0, 0));
        Assert.Throws<ObjectDisposedException>(buffers.Publish);
        Assert.Throws<ObjectDisposedException>(() => buffers.QueryAvailable());
        BufferRing.Create(Ring, Group, 2).Dispose();
    }

    [Fact]
    public void Dispose_AfterTheRing_Works()
    {
        Ring ring = Ring.Create(new RingOptions());
        BufferRing buffers = BufferRing.Create(ring, Group, 2);

        ring.Dispose();
        buffers.Dispose();

        Assert.Throws<ObjectDisposedException>(() => buffers.Add(0, 0, 0));
    }

    private Completion Receive(int reader, int writer, string text)
    {
        WriteTo(writer, text);
        Completion completion = Run(s => s.PrepareReceiveSelect(reader, Group));
        Assert.Equal(text.Length, completion.Result);
        Assert.True(completion.HasBuffer);
        return completion;
    }

    private BufferRing CreateIncremental(int count)
    {
        try
        {
            return BufferRing.Create(Ring, Group, count, incremental: true);
        }
        catch (RingException exception)
        {
            SkipIfUnknown(exception.Error);
            throw;
        }
    }
}
