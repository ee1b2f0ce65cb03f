using System.Buffers;
using Sluice.Memory;
using Sluice.Reactors;

namespace Sluice.Tests.Reactors;

public sealed unsafe class SendBlockTests : IDisposable
{
    private readonly IoHeap _heap = new(new IoHeapOptions { HugePages = IoHugePages.None });

    public void Dispose() => _heap.Dispose();

    [Fact]
    public void Constructor_OfAVector_TakesItOver()
    {
        IoVector vector = _heap.Allocate(100, IoVectorSharing.Shared);
        nint address = vector.Address;

        var block = new SendBlock(ref vector);

        Assert.False(vector.HasReference);
        Assert.True(block.IsOfHeap);
        Assert.Equal((address, 100, 100), (block.Address, block.Capacity, block.Memory.Length));
        block.Free();
        Assert.Equal(0, _heap.CountLive());
    }

    [Fact]
    public void Constructor_OfALength_HasAlignedMemoryOfItsOwn()
    {
        var block = new SendBlock(1000);
        block.GetSpan().Fill(1);

        Assert.False(block.IsOfHeap);
        Assert.Equal(0, block.Address % 64);
        Assert.Equal((1000, 1000), (block.Capacity, block.Memory.Length));
        block.Written = 300;
        Assert.Equal(700, block.Room);
        block.Free();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(10)]
    public void Pin_AtAnIndex_PointsThere(int index)
    {
        var block = new SendBlock(10);

        using (MemoryHandle pin = block.Pin(index))
            Assert.Equal(block.Address + index, (nint)pin.Pointer);
        block.Free();
    }

    [Fact]
    public void Pin_OutsideTheBlock_Throws()
    {
        var block = new SendBlock(10);

        Assert.Throws<ArgumentOutOfRangeException>(() => block.Pin(11));
        Assert.Throws<ArgumentOutOfRangeException>(() => block.Pin(-1));
        block.Free();
    }

    [Fact]
    public void GetSpan_AfterTheEnd_IsEmpty()
    {
        var block = new SendBlock(10);
        Assert.Equal(10, block.GetSpan().Length);

        block.Free();

        Assert.Equal(0, block.GetSpan().Length);
        Assert.Equal(0, block.Address);
    }
}
