using System.Buffers;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Reactors;
using Sluice.Sockets.RingSockets;
using Sluice.Testing.Connections;
using Sluice.Testing.Simulation;

namespace Sluice.Tests.Sockets.RingSockets;

/// <summary>The buffers are those of a loop; the test is the kernel that fills them.</summary>
public sealed unsafe class ReceiveQueueTests : IDisposable
{
    private const int Size = 64;
    private const int SmallPiece = Size / 4;

    private readonly ReactorLoop _loop;
    private ReceiveQueue _queue;
    private readonly List<byte> _sent = [];
    private readonly ReceivePipe _reader = AnyReader();
    private ushort _next;

    public ReceiveQueueTests()
    {
        var kernel = new SimulatedKernel(1, SimulationFaults.None);
        var options = new ReactorLoopOptions { ReceiveBufferSize = Size, ReceiveDepth = 16 };
        _loop = new ReactorLoop(kernel, kernel, options, NullLogger.Instance);
        _queue = new ReceiveQueue(_loop, _reader);
    }

    public void Dispose() => _loop.Dispose();

    [Fact]
    public void Append_WholeBuffers_MakesOneSequenceOfThem()
    {
        ReceiveSegment first = Append(Size);
        ReceiveSegment last = Append(Size / 2);

        Assert.Same(first, _queue.Head);
        Assert.Same(last, _queue.Tail(out int length));
        Assert.Equal(Size / 2, length);
        Assert.Equal(2, _queue.Count);
        Assert.Equal(2, _loop.Receive.Held);
        Assert.Equal(Size + (Size / 2), _queue.End);
        Assert.Equal(0, _queue.Start);
        Assert.Equal(_sent, Unread());
    }

    [Fact]
    public void Append_SmallPieceBehindUnreadData_IsCopiedAndItsBufferGoesBack()
    {
        ReceiveSegment first = Append(1);

        Append(SmallPiece);
        Append(1);

        Assert.Same(first, _queue.Tail(out int length));
        Assert.Equal(SmallPiece + 2, length);
        Assert.Equal(1, _queue.Count);
        Assert.Equal(1, _loop.Receive.Held);
        Assert.Equal(_sent, Unread());
    }

    [Theory]
    [InlineData(1, SmallPiece + 1, 2)]
    [InlineData(Size - SmallPiece, SmallPiece, 1)]
    [InlineData(Size - SmallPiece + 1, SmallPiece, 2)]
    [InlineData(Size, 1, 2)]
    public void Append_SecondPiece_IsCopiedIfItIsSmallAndFits(int first, int second, int buffers)
    {
        Append(first);
        Append(second);

        Assert.Equal(buffers, _queue.Count);
        Assert.Equal(buffers, _loop.Receive.Held);
        Assert.Equal(_sent, Unread());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(Size - 1)]
    public void Consume_InsideTheFirstBuffer_KeepsIt(int count)
    {
        ReceiveSegment first = Append(Size);

        _queue.Consume(count);

        Assert.Same(first, _queue.Head);
        Assert.Equal(count, _queue.HeadIndex);
        Assert.Equal(count, _queue.Start);
        Assert.Equal(_sent[count..], Unread());
    }

    [Fact]
    public void Consume_TheRestOfABuffer_GivesItBack()
    {
        Append(Size);
        _queue.Consume(10);
        Assert.NotNull(_queue.Head);

        _queue.Consume(Size - 10);

        Assert.Null(_queue.Head);
        Assert.Equal(Size, _queue.Start);
    }

    [Fact]
    public void Consume_InTwoSteps_CountsFromTheFirst()
    {
        Append(Size);

        _queue.Consume(10);
        _queue.Consume(20);

        Assert.Equal(30, _queue.Start);
        Assert.Equal(_sent[30..], Unread());
    }

    [Fact]
    public void Consume_IntoTheSecondBuffer_GivesTheFirstBack()
    {
        Append(Size);
        ReceiveSegment second = Append(Size);

        _queue.Consume(Size + 3);

        Assert.Same(second, _queue.Head);
        Assert.Equal(1, _queue.Count);
        Assert.Equal(1, _loop.Receive.Held);
        Assert.Equal(Size + 3, _queue.Start);
        Assert.Equal(_sent[(Size + 3)..], Unread());
    }

    [Fact]
    public void Consume_ToTheEndOfABuffer_GivesItBackAtOnce()
    {
        Append(Size);
        ReceiveSegment second = Append(Size);

        _queue.Consume(Size);

        Assert.Same(second, _queue.Head);
        Assert.Equal(0, _queue.HeadIndex);
        Assert.Equal(1, _loop.Receive.Held);
    }

    [Fact]
    public void Consume_All_HoldsNothingAndBeginsAnewBehindIt()
    {
        Append(Size);
        Append(5);
        _queue.Consume(Size + 5);

        Assert.Null(_queue.Head);
        Assert.Null(_queue.Tail(out int length));
        Assert.Equal(0, length);
        Assert.Equal(0, _queue.Count);
        Assert.Equal(0, _loop.Receive.Held);
        Assert.Equal(Size + 5, _queue.Start);

        ReceiveSegment next = Append(1);
        Assert.Same(next, _queue.Head);
        Assert.Equal(Size + 5, _queue.Start);
        Assert.Equal(Size + 6, _queue.End);
    }

    [Fact]
    public void PositionOf_PlacesInTheSequence_CountsFromTheBeginningOfTheConnection()
    {
        Append(Size);
        _queue.Consume(Size);
        ReceiveSegment first = Append(Size);
        ReceiveSegment last = Append(20 + SmallPiece);

        Assert.Equal(Size, _queue.PositionOf(new SequencePosition(first, 0)));
        Assert.Equal(Size + 7, _queue.PositionOf(new SequencePosition(first, 7)));
        Assert.Equal(_queue.End, _queue.PositionOf(new SequencePosition(last, 20 + SmallPiece)));
        Assert.Equal(Size, _queue.PositionOf(default));
    }

    [Fact]
    public void PositionOf_OutsideOfWhatIsUnread_Throws()
    {
        ReceiveSegment segment = Append(Size);
        _queue.Consume(10);

        Assert.Equal(10, _queue.PositionOf(new SequencePosition(segment, 10)));
        AssertStale(new SequencePosition(segment, 9));
        AssertStale(new SequencePosition(segment, Size + 1));
    }

    [Fact]
    public void PositionOf_OfAnotherReader_Throws()
    {
        Append(Size);
        ReceiveSegment gone = _queue.Head!;
        _queue.Consume(Size);
        Append(Size);
        ReceiveSegment foreign = _loop.Receive.Take(_next++);
        foreign.Append(null, AnyReader(), 0, Size);

        AssertStale(new SequencePosition(gone, 0));
        AssertStale(new SequencePosition(foreign, 0));
        AssertStale(new SequencePosition(new object(), 0));
        _loop.Give(foreign);
    }

    private static ReceivePipe AnyReader() =>
        (ReceivePipe)RuntimeHelpers.GetUninitializedObject(typeof(ReceivePipe));

    private void AssertStale(SequencePosition position) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _queue.PositionOf(position));

    private ReceiveSegment Append(int length)
    {
        ReceiveSegment segment = _loop.Receive.Take(_next++);
        byte[] bytes = TestBytes.Create(length, _next);
        bytes.CopyTo(new Span<byte>((void*)segment.Address, Size));
        _sent.AddRange(bytes);
        _queue.Append(segment, length);
        return segment;
    }

    private byte[] Unread() => new ReadOnlySequence<byte>(
        _queue.Head!, _queue.HeadIndex, _queue.Tail(out int length)!, length).ToArray();
}
