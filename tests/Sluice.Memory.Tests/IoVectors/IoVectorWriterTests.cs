using System.Buffers;

namespace Sluice.Memory.Tests.IoVectors;

public sealed class IoVectorWriterTests
{
    [Fact]
    public void Write_MoreThanABlock_CompletesAsOneListInOrder()
    {
        using var heap = new IoHeap();
        using var writer = new IoVectorWriter(heap);
        byte[] bytes = new byte[20_000];
        new Random(1).NextBytes(bytes);
        for (int at = 0; at < bytes.Length; at += 500)
            writer.Write(bytes.AsSpan(at, 500));

        Assert.Equal(bytes.Length, writer.Length);
        using (IoVectorList list = writer.Complete())
            Assert.Equal(bytes, list.ToSequence().ToArray());
        Assert.Equal(0, writer.Length);
        Assert.Equal(0, heap.CountLive());
    }

    [Fact]
    public void GetMemory_LargerHint_HasThatMuch()
    {
        using var heap = new IoHeap();
        using var writer = new IoVectorWriter(heap);
        Assert.True(writer.GetMemory(100_000).Length >= 100_000);
        Assert.True(writer.GetMemory().Length > 0);
    }

    [Fact]
    public void Advance_MoreThanWasHandedOut_Throws()
    {
        using var heap = new IoHeap();
        using var writer = new IoVectorWriter(heap);
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Advance(1));
        int room = writer.GetSpan().Length;
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Advance(room + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Advance(-1));
    }

    [Fact]
    public void GetSpan_BadHintOrNoHeap_Throws()
    {
        using var heap = new IoHeap();
        using var writer = new IoVectorWriter(heap);

        Assert.Throws<ArgumentNullException>(() => new IoVectorWriter(null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.GetSpan(-1).Length);
        Assert.Throws<ArgumentOutOfRangeException>(
            () => writer.GetSpan(IoHeap.VectorLengthMax + 1).Length);
        Assert.Equal(IoHeap.VectorLengthMax, writer.GetSpan(IoHeap.VectorLengthMax).Length);
    }

    [Theory]
    [InlineData(100, 100, 1)]
    [InlineData(100, 101, 2)]
    [InlineData(1, 0, 1)]
    [InlineData(0, 0, 2)]
    public void GetSpan_RestOfABlock_IsUsedIfItSuffices(int rest, int hint, int vectors)
    {
        using var heap = new IoHeap();
        using var writer = new IoVectorWriter(heap);
        int room = writer.GetSpan().Length;
        writer.Advance(room - rest);

        int roomNow = writer.GetSpan(hint).Length;
        writer.GetSpan(hint)[0] = 1;
        writer.Advance(1);

        Assert.Equal(vectors == 1, roomNow == rest);
        Assert.Equal(room - rest + 1, writer.Length);
        using IoVectorList list = writer.Complete();
        Assert.Equal(vectors, list.Count);
        Assert.Equal(room - rest + 1, list.Length);
    }

    [Fact]
    public void Complete_TwiceAndWithoutBytes_GivesListsOfTheirOwn()
    {
        using var heap = new IoHeap();
        using var writer = new IoVectorWriter(heap, IoVectorSharing.Shared);
        writer.Write("abc"u8);
        using IoVectorList first = writer.Complete();
        writer.GetSpan();
        using IoVectorList none = writer.Complete();
        writer.Write("de"u8);
        using IoVectorList second = writer.Complete();

        Assert.Equal("abc"u8.ToArray(), first.ToSequence().ToArray());
        Assert.Equal(0, none.Count);
        Assert.Equal("de"u8.ToArray(), second.ToSequence().ToArray());
        Assert.Equal(IoVectorSharing.Shared, first.Vectors[0].Sharing);
        Assert.Equal(2, heap.CountLive());
    }

    [Fact]
    public void Dispose_Incomplete_GivesEverythingBack()
    {
        using var heap = new IoHeap();
        var writer = new IoVectorWriter(heap);
        writer.Write(new byte[10_000]);
        writer.GetSpan(5);
        writer.Dispose();
        Assert.Equal(0, heap.CountLive());
    }

    [Fact]
    [Trait("pitfall", "37")]
    public void GetSpan_HeapExhausted_ThrowsAndKeepsWhatWasWritten()
    {
        using var heap = new IoHeap(new IoHeapOptions { LimitBytes = 64 * 1024 });
        using var writer = new IoVectorWriter(heap);
        writer.Write("abc"u8);
        Assert.Throws<IoHeapExhaustedException>(() => { writer.GetSpan(100_000); });
        using IoVectorList list = writer.Complete();
        Assert.Equal("abc"u8.ToArray(), list.ToSequence().ToArray());
    }

    [Fact]
    public void Advance_AfterComplete_NeedsNewRoom()
    {
        using var heap = new IoHeap();
        using var writer = new IoVectorWriter(heap);
        writer.Write("abc"u8);
        writer.Complete().Dispose();

        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Advance(1));
        Assert.Equal(0, writer.Length);
    }

    [Fact]
    public void Advance_InTwoParts_GoesNoFurtherThanTheRoom()
    {
        using var heap = new IoHeap();
        using var writer = new IoVectorWriter(heap);
        int room = writer.GetSpan().Length;
        writer.Advance(room - 1);

        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Advance(2));
        writer.Advance(1);

        Assert.Equal(room, writer.Length);
    }

    [Fact]
    public void GetSpan_HintWithinABlock_GivesTheWholeBlock()
    {
        using var heap = new IoHeap();
        using var writer = new IoVectorWriter(heap);
        Assert.Equal(8192, writer.GetSpan(5000).Length);
    }

    [Fact]
    public void GetSpan_LargerThanTheUnusedOne_GivesThatBack()
    {
        using var heap = new IoHeap();
        using var writer = new IoVectorWriter(heap);
        writer.GetSpan();
        writer.GetSpan(100_000);
        Assert.Equal(1, heap.CountLive());
    }
}
