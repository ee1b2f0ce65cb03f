namespace Sluice.Memory.Tests.Buffers.Pools;

public sealed class StackSpotTests
{
    [Theory]
    [InlineData(0x7000, 0x7000, true)]
    [InlineData(0x7000, 0x7FFF, true)]
    [InlineData(0x7FFF, 0x7000, true)]
    [InlineData(0x7000, 0x8000, false)]
    [InlineData(0x8000, 0x7000, false)]
    [InlineData(0x7000, 0, false)]
    [InlineData(0, 0x7000, false)]
    public void AreNear_Addresses_NearerThanAGuardPage(long left, long right, bool areNear) =>
        Assert.Equal(areNear, StackSpot.AreNear((nint)left, (nint)right));

    [Fact]
    public void Here_OfTwoLiveThreads_IsNotNear()
    {
        nint other = 0;
        using var isSet = new ManualResetEventSlim();
        using var isDone = new ManualResetEventSlim();
        var thread = new Thread(() =>
        {
            other = StackSpot.Here;
            isSet.Set();
            isDone.Wait();
        });
        thread.Start();
        isSet.Wait(TestContext.Current.CancellationToken);
        nint here = StackSpot.Here;
        isDone.Set();
        thread.Join();

        Assert.NotEqual(0, other);
        Assert.False(StackSpot.AreNear(here, other));
        Assert.True(StackSpot.AreNear(here, StackSpot.Here));
    }
}
