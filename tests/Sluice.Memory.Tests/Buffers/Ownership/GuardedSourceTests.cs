using static Sluice.Memory.Tests.MemoryMaps;

namespace Sluice.Memory.Tests.Buffers.Ownership;

/// <summary>Guarded memory. Nobody else maps memory meanwhile: some of it is unmapped.</summary>
[Collection(nameof(AloneCollection))]
public sealed class GuardedSourceTests
{
    private const int FreedMax = 64;
    private const int FreedBytesMax = 16 << 20;

    [Fact]
    public void Allocate_EndsAtAPageThatNobodyMayTouch()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Guards are made on Linux.");
        NativeAllocation memory = GuardedSource.Allocate(5000, 8);

        Assert.Equal(5000u, memory.Size);
        Assert.Equal("rw-p", AccessOf(memory.Address));
        Assert.Equal("rw-p", AccessOf(memory.Address + 4999));
        Assert.Equal("---p", AccessOf(memory.Address + 5008));
        Assert.Equal("---p", AccessOf(memory.Origin));
        GuardedSource.Instance.Free(memory);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(4096)]
    [InlineData(1 << 20)]
    public void Allocate_IsAligned(int alignment)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Guards are made on Linux.");
        NativeAllocation memory = GuardedSource.Allocate(100, (nuint)alignment);

        Assert.Equal(0, memory.Address % alignment);
        Assert.Equal("rw-p", AccessOf(memory.Address));
        Assert.Equal("rw-p", AccessOf(memory.Address + 99));
        Assert.Equal("---p", AccessOf(memory.Origin));
        GuardedSource.Instance.Free(memory);
    }

    [Fact]
    public unsafe void Free_OverwritesTheMemory()
    {
        NativeAllocation memory = GuardedSource.Allocate(100, 64);
        new Span<byte>((void*)memory.Address, 100).Fill(1);

        GuardedSource.Instance.Free(memory);

        var bytes = new ReadOnlySpan<byte>((void*)memory.Address, 100);
        Assert.Equal(-1, bytes.IndexOfAnyExcept(BufferTrace.Poison));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5000)]
    [InlineData(100_000)]
    public void Allocate_MoreThanThereIs_Throws(int less) => Assert.Throws<OutOfMemoryException>(
        () => GuardedSource.Allocate(nuint.MaxValue - (nuint)less, 8));

    [Fact]
    public void Free_MoreOftenThanItKeeps_UnmapsTheOldest()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Guards are made on Linux.");
        var source = new GuardedSource();
        NativeAllocation[] memory = [.. Enumerable.Range(0, FreedMax + 1)
            .Select(static _ => GuardedSource.Allocate(100, 8))];
        foreach (NativeAllocation kept in memory.AsSpan(0, FreedMax))
            source.Free(kept);

        Assert.Equal("rw-p", AccessOf(memory[0].Address));
        source.Free(memory[FreedMax]);
        Assert.NotEqual("---p", AccessOf(memory[0].Origin));
        Assert.Equal("rw-p", AccessOf(memory[1].Address));
        Assert.Equal("rw-p", AccessOf(memory[FreedMax].Address));
    }

    [Fact]
    public void Free_MoreBytesThanItKeeps_UnmapsTheOldest()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Guards are made on Linux.");
        var source = new GuardedSource();
        NativeAllocation half = GuardedSource.Allocate(FreedBytesMax / 2, 8);
        NativeAllocation otherHalf = GuardedSource.Allocate(FreedBytesMax / 2, 8);
        NativeAllocation small = GuardedSource.Allocate(1, 8);
        source.Free(half);
        source.Free(otherHalf);

        Assert.Equal("rw-p", AccessOf(half.Address));
        source.Free(small);
        Assert.NotEqual("---p", AccessOf(half.Origin));
        Assert.Equal("rw-p", AccessOf(otherHalf.Address));
        Assert.Equal("rw-p", AccessOf(small.Address));
    }
}
