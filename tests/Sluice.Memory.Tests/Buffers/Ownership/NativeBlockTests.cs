using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sluice.Memory.Tests.Buffers.Ownership;

/// <summary>What a block uses again, and whom it tells of a leak.</summary>
public sealed unsafe class NativeBlockTests
{
    private const string Traced = "Traced memory is not of the C heap.";

    // Sizes that no other test uses tell these leaks from those of others.
    private const int IdleSize = 54_331;
    private const int WrappedSize = 54_332;

    [Fact]
    public void Allocate_WithoutTracing_IsOfTheCHeap()
    {
        NativeBlock block = NativeBlock.Allocate(100, 64);

        Assert.Equal(BufferTrace.IsEnabled, block.Source is not null);
        Assert.Equal(BufferTrace.IsEnabled ? 0u : 100, block.Capacity);
        block.TryClose(block.Generation);
    }

    // That the kept memory begins at so round an address tells it from memory got anew.
    [Theory]
    [InlineData(4096, 64)]
    [InlineData(4096, 1)]
    [InlineData(4095, 64)]
    [InlineData(2048, 64)]
    public void Allocate_KeptMemoryFits_IsUsedAgain(int size, int alignment)
    {
        Assert.SkipWhen(BufferTrace.IsEnabled, Traced);
        OwnThread.Run(() =>
        {
            NativeBlock first = NativeBlock.Allocate(4096, 1 << 15);
            nint address = first.Address;
            first.TryClose(first.Generation);

            NativeBlock block = NativeBlock.Allocate((nuint)size, (nuint)alignment);
            Assert.Same(first, block);
            Assert.Equal(address, block.Address);
            Assert.Equal(((nuint)size, (nuint)4096), (block.Size, block.Capacity));
            Close(block);
        });
    }

    [Theory]
    [InlineData(4097, 64)]
    [InlineData(2047, 64)]
    [InlineData(1, 64)]
    public void Allocate_KeptMemoryOfAnotherSize_IsGotAnew(int size, int alignment)
    {
        Assert.SkipWhen(BufferTrace.IsEnabled, Traced);
        OwnThread.Run(() =>
        {
            NativeBlock first = NativeBlock.Allocate(4096, 64);
            first.TryClose(first.Generation);

            NativeBlock block = NativeBlock.Allocate((nuint)size, (nuint)alignment);
            Assert.Same(first, block);
            Assert.Equal(((nuint)size, (nuint)size), (block.Size, block.Capacity));
            Close(block);
        });
    }

    [Fact]
    public void Allocate_KeptMemoryAndALargerAlignment_IsAligned()
    {
        Assert.SkipWhen(BufferTrace.IsEnabled, Traced);
        const int Alignment = 1 << 16;
        OwnThread.Run(() =>
        {
            NativeBlock first = NativeBlock.Allocate(4096, 64);
            first.TryClose(first.Generation);

            NativeBlock block = NativeBlock.Allocate(4096, Alignment);
            Assert.Same(first, block);
            Assert.Equal(0, block.Address % Alignment);
            Close(block);
        });
    }

    [Fact]
    public void Hold_BlockWithKeptMemory_HasNoneOfTheCHeap()
    {
        Assert.SkipWhen(BufferTrace.IsEnabled, Traced);
        OwnThread.Run(() =>
        {
            NativeBlock first = NativeBlock.Allocate(4096, 64);
            first.TryClose(first.Generation);
            nint other = (nint)NativeMemory.Alloc(16);

            NativeBlock block = HoldOther(other, 16);
            Assert.Same(first, block);
            Assert.Equal((other, (nuint)16), (block.Address, block.Size));
            Assert.Equal(0u, block.Capacity);
            Close(block);
            NativeMemory.Free((void*)other);
        });
    }

    [Fact]
    public void TryClose_OfOtherMemory_LeavesTheBlockForTheNext() => OwnThread.Run(() =>
    {
        NativeBlock first = HoldOther(0x1000, 16);
        Assert.Same(BorrowedSource.Instance, first.Source);
        Close(first);
        Assert.Null(first.Source);

        NativeBlock second = HoldOther(0x2000, 8);
        Assert.Same(first, second);
        Assert.Equal((0x2000, (nuint)8), (second.Address, second.Size));
        Close(second);
    });

    [Fact]
    public void Finalizer_OfAnIdleBlock_TellsOfNoLeak()
    {
        Assert.SkipWhen(BufferTrace.IsEnabled, Traced);
        using var leaks = new LeakCollector();
        OwnThread.Run(static () => DropIdle(IdleSize));
        CollectGarbage();

        Assert.Empty(leaks.OfSize(IdleSize));
    }

    [Fact]
    public void Finalizer_OfOtherMemory_TellsWhoHeldItWithTracingOnly()
    {
        using var leaks = new LeakCollector();
        OwnThread.Run(static () => HoldOther(0x1000, WrappedSize));
        CollectGarbage();

        BufferLeakEventArgs leak = Assert.Single(leaks.OfSize(WrappedSize));
        Assert.Equal(BufferTrace.IsEnabled, leak.AllocationStack is not null);
    }

    private static NativeBlock HoldOther(nint address, nuint size) => NativeBlock.Hold(
        BorrowedSource.Instance, BorrowedSource.Allocate(address, size, null));

    // As the end of the thread drops the blocks that it kept.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void DropIdle(nuint size)
    {
        NativeBlock block = NativeBlock.Allocate(size, 64);
        Close(block);
        Assert.Same(block, NativeBlockCache.Take());
    }

    private static void Close(NativeBlock block) =>
        Assert.True(block.TryClose(block.Generation));

    private static void CollectGarbage()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }
}
