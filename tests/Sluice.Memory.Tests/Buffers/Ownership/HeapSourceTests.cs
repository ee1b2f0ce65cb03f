namespace Sluice.Memory.Tests.Buffers.Ownership;

public sealed class HeapSourceTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    public void Allocate_SizeNearTheLargestNumber_Throws(int below) =>
        Assert.Throws<OutOfMemoryException>(
            () => HeapSource.Allocate(nuint.MaxValue - (nuint)below, 64));

    [Theory]
    [InlineData(128, 128)]
    [InlineData(129, 192)]
    [InlineData(191, 192)]
    [InlineData(192, 192)]
    public void Align_AnyAddress_IsTheNextMultiple(int origin, int aligned) =>
        Assert.Equal(aligned, HeapSource.Align(origin, 64));
}
