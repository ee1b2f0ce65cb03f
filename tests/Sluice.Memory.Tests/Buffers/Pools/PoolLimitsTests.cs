namespace Sluice.Memory.Tests.Buffers.Pools;

public sealed class PoolLimitsTests
{
    [Fact]
    public void TryKeep_UpToTheLastByte_Succeeds()
    {
        var limits = new PoolLimits(100, 0);

        Assert.True(limits.TryKeep(60));
        Assert.False(limits.TryKeep(41));
        Assert.True(limits.TryKeep(40));
        Assert.False(limits.TryKeep(1));
        limits.Unkeep(60);
        Assert.False(limits.TryKeep(61));
        Assert.True(limits.TryKeep(60));
    }

    [Fact]
    public void TryRent_UpToTheLastByte_Succeeds()
    {
        var limits = new PoolLimits(0, 100);

        Assert.True(limits.TryRent(100));
        Assert.False(limits.TryRent(1));
        limits.Unrent(30);
        Assert.False(limits.TryRent(31));
        Assert.True(limits.TryRent(30));
    }

    [Fact]
    public void OnUnkeptAllocated_SomeFreedSomeLost_CountsThoseThatAreOut()
    {
        var limits = new PoolLimits(100, 100);
        limits.OnAllocated();
        limits.OnUnkeptAllocated(10);
        limits.OnUnkeptAllocated(20);
        limits.OnUnkeptAllocated(40);

        limits.OnUnkeptFreed(10);
        limits.OnLost(20, isKept: false);

        Assert.Equal(4, limits.AllocatedCount);
        Assert.Equal(3, limits.UnkeptAllocatedCount);
        Assert.Equal(1, limits.UnkeptCount);
        Assert.Equal(40, limits.UnkeptBytes);
        Assert.Equal(1, limits.LostCount);
    }

    [Fact]
    public void OnLost_OfWhatWasKept_MakesRoom()
    {
        var limits = new PoolLimits(100, 100);
        Assert.True(limits.TryKeep(100));

        limits.OnLost(100, isKept: true);

        Assert.Equal(1, limits.LostCount);
        Assert.Equal(0, limits.UnkeptCount);
        Assert.True(limits.TryKeep(100));
    }
}
