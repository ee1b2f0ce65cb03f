using Sluice.Memory.Tests.Buffers.Ownership;

namespace Sluice.Memory.Tests.Buffers.Pools;

/// <summary>What pools lose is given back to the C heap.</summary>
[Collection(nameof(AloneCollection))]
public sealed class BufferPoolHeapTests
{
    private const int Large = 256 << 20;

    [Fact]
    public void Rental_NeverReturned_ItsMemoryIsFreed() => CHeap.RequireNoGrowth(static () =>
    {
        var pool = new BufferPool();
        Assert.Equal(Large, pool.Rent(Large).Buffer.Capacity);
    });
}
