using Sluice.Reactors;
using Sluice.Uring;

namespace Sluice.Tests.Reactors;

public sealed unsafe class SendScratchTests : IDisposable
{
    private const int Count = 3;
    private readonly SendScratch _scratch = new(Count);

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void Take_AsOftenAsThereAreHeaders_KeepsEachOnesSegments()
    {
        BufferSegment[][] segments =
            [.. Enumerable.Range(0, Count).Select(i => Segments(i, SendScratch.SegmentsMax))];
        var headers = new nint[Count];
        for (int i = 0; i < Count; i++)
        {
            Assert.False(_scratch.IsFull);
            headers[i] = (nint)_scratch.Take(segments[i]);
        }

        Assert.True(_scratch.IsFull);
        for (int i = 0; i < Count; i++)
            Assert.Equal(segments[i], SegmentsOf(headers[i]));
    }

    [Fact]
    public void Take_FewerSegments_CountsThoseAlone()
    {
        BufferSegment[] two = Segments(1, 2);

        Assert.Equal(two, SegmentsOf((nint)_scratch.Take(two)));
    }

    [Fact]
    public void Reset_AfterAll_GivesTheSameHeadersAgain()
    {
        nint first = (nint)_scratch.Take(Segments(1, 1));
        _ = _scratch.Take(Segments(2, 1));
        _ = _scratch.Take(Segments(3, 1));

        _scratch.Reset();

        Assert.False(_scratch.IsFull);
        Assert.Equal(first, (nint)_scratch.Take(Segments(4, 1)));
    }

    [Fact]
    public void Dispose_Twice_FreesOnce()
    {
        _scratch.Dispose();
        _scratch.Dispose();
    }

    private static BufferSegment[] Segments(int seed, int count) =>
    [
        .. Enumerable.Range(0, count)
            .Select(i => new BufferSegment((seed * 4096) + i, (nuint)(i + 1))),
    ];

    private static BufferSegment[] SegmentsOf(nint header)
    {
        var message = (MessageHeader*)header;
        return new Span<BufferSegment>(
            (void*)message->Segments, (int)message->SegmentCount).ToArray();
    }
}
