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
}
