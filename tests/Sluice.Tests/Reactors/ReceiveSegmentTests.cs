using System.Buffers;
using Sluice.Memory;
using Sluice.Reactors;

namespace Sluice.Tests.Reactors;

public sealed unsafe class ReceiveSegmentTests : IDisposable
{
    private const int Size = 100;
    private readonly IoHeap _heap = new(new IoHeapOptions { HugePages = IoHugePages.None });
    private readonly object _holder = new();

    public void Dispose() => _heap.Dispose();

    [Fact]
    public void Attach_AVector_TakesItOverUntilTheMemoryIsReleased()
    {
        var segment = new ReceiveSegment(null!, 7);
        Assert.False(segment.HasMemory);
        IoVector vector = _heap.Allocate(Size, IoVectorSharing.Shared);
        nint address = vector.Address;

        segment.Attach(ref vector);

        Assert.True(segment.HasMemory);
        Assert.False(vector.HasReference);
        Assert.Equal(7, segment.Id);
        Assert.Equal(address, segment.Address);
        segment.Append(null, _holder, 0, 10);
        segment.ReleaseMemory();
        Assert.False(segment.HasMemory);
        Assert.True(segment.Memory.IsEmpty);
        Assert.Equal(0, _heap.CountLive());
    }

    [Fact]
    public void Append_BehindAnother_IsTheNextOfTheSequence()
    {
        ReceiveSegment first = Create(1);
        ReceiveSegment second = Create(2);

        first.Append(null, _holder, 50, 30);
        second.Append(first, _holder, 80, 20);

        Assert.Same(second, first.NextSegment);
        Assert.Null(second.NextSegment);
        Assert.Same(_holder, second.Holder);
        Assert.Equal(80, second.RunningIndex);
        Assert.Equal((20, 80), (second.Length, second.Spare));
        byte[] bytes = new ReadOnlySequence<byte>(first, 0, second, 20).ToArray();
        byte[] expected = new byte[50];
        expected.AsSpan(0, 30).Fill(1);
        expected.AsSpan(30).Fill(2);
        Assert.Equal(expected, bytes);
    }

    [Fact]
    public void Extend_IntoTheRoomBehind_KeepsWhatIsThere()
    {
        ReceiveSegment segment = Create(1);
        segment.Append(null, _holder, 0, 30);
        ReadOnlyMemory<byte> before = segment.Memory;

        segment.Extend([8, 9]);

        Assert.Equal(30, before.Length);
        Assert.Equal((32, Size - 32), (segment.Length, segment.Spare));
        Assert.Equal([1, 8, 9], segment.Memory[29..].ToArray());
        segment.Extend(new byte[Size - 32]);
        Assert.Equal(0, segment.Spare);
        Assert.Throws<ArgumentException>(() => segment.Extend([1]));
    }

    [Fact]
    public void Detach_FromASequence_IsNobodysAndHasNoNext()
    {
        ReceiveSegment first = Create(1);
        ReceiveSegment second = Create(2);
        first.Append(null, _holder, 0, 30);
        second.Append(first, _holder, 30, 20);

        first.Detach();

        Assert.Null(first.Holder);
        Assert.Null(first.NextSegment);
        Assert.Same(_holder, second.Holder);
    }

    [Fact]
    public void Append_UsedAgain_ForgetsItsFormerNext()
    {
        ReceiveSegment first = Create(1);
        ReceiveSegment second = Create(2);
        first.Append(null, _holder, 0, 30);
        second.Append(first, _holder, 30, 20);

        first.Append(second, _holder, 50, 10);

        Assert.Null(first.NextSegment);
        Assert.Same(first, second.NextSegment);
        Assert.Equal([1, 1], first.Received(2).ToArray());
    }

    private ReceiveSegment Create(byte fill)
    {
        var segment = new ReceiveSegment(null!, fill);
        IoVector vector = _heap.Allocate(Size, IoVectorSharing.Shared);
        vector.Span.Fill(fill);
        segment.Attach(ref vector);
        return segment;
    }
}
