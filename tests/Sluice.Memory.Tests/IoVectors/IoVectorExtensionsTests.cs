using System.Buffers;

namespace Sluice.Memory.Tests.IoVectors;

public sealed class IoVectorExtensionsTests : IDisposable
{
    private readonly IoHeap _heap = new();
    private readonly IoVector[] _vectors;

    public IoVectorExtensionsTests() =>
        _vectors = [_heap.Allocate(3), _heap.Allocate(0), _heap.Allocate(5000)];

    private ReadOnlySpan<IoVector> Vectors => _vectors;

    public void Dispose()
    {
        IoVector.ReleaseAll(_vectors);
        _heap.Dispose();
    }

    [Fact]
    public void GetLength_OfSeveral_IsTheirSum() => Assert.Equal(5003, Vectors.GetLength());

    [Fact]
    public void ToSequence_OfNoneOneAndSeveral_HasTheirBytes()
    {
        _vectors[0].Span.Fill(1);
        _vectors[2].Span.Fill(2);

        Assert.True(Vectors[..0].ToSequence().IsEmpty);
        ReadOnlySequence<byte> one = Vectors[..1].ToSequence();
        Assert.True(one.IsSingleSegment);
        Assert.Equal([1, 1, 1], one.ToArray());
        byte[] all = Vectors.ToSequence().ToArray();
        Assert.Equal([1, 1, 1], all[..3]);
        Assert.Equal(5000, all.Count(static value => value == 2));
    }

    [Fact]
    public void ToSegments_RoomForAll_NamesAddressesAndLengths()
    {
        var segments = new IoSegment[4];

        Span<IoSegment> used = Vectors.ToSegments(segments);

        Assert.Equal(
            _vectors.Select(static v => new IoSegment(v.Address, (nuint)v.Length)),
            used.ToArray());
        Assert.Equal(3, Vectors.ToSegments(new IoSegment[3]).Length);
    }

    [Fact]
    public void ToSegments_NoRoom_Throws() =>
        Assert.Throws<ArgumentException>(() => Vectors.ToSegments(new IoSegment[2]).Length);
}
