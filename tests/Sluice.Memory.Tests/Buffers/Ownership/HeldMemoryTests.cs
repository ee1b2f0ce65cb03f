namespace Sluice.Memory.Tests.Buffers.Ownership;

public sealed class HeldMemoryTests
{
    [Fact]
    [Trait("pitfall", "27")]
    public void Constructor_ParentOfAnotherLife_Throws()
    {
        var parent = new ArrayMemory();
        int life = parent.Generation;
        parent.TryClose(life);

        Assert.Throws<ObjectDisposedException>(() => new HeldMemory(parent, life));
        Assert.True(parent.IsUnused);
    }

    [Fact]
    public void TryClose_ParentClosedBefore_LetsGoOfItsMemory()
    {
        var parent = new ArrayMemory();
        var held = new HeldMemory(parent, parent.Generation);
        parent.TryClose(parent.Generation);
        Assert.False(parent.IsUnused);

        held.TryClose(held.Generation);
        Assert.True(parent.IsUnused);
    }

    [Fact]
    public void IsReused_Always_IsTrue() =>
        Assert.True(new HeldMemory(new ArrayMemory(), BufferState.Generation(BufferState.Initial))
            .IsReused);
}
