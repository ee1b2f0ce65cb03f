using System.Runtime.CompilerServices;

namespace Sluice.Memory.Tests.Buffers.Ownership;

/// <summary>Memory of the C heap is given back to it, as the C library sees it.</summary>
/// <remarks>
/// So much that what the runtime allocates meanwhile does not matter. Nothing is written to it.
/// </remarks>
[Collection(nameof(AloneCollection))]
public sealed class NativeBlockHeapTests
{
    private const int Large = 256 << 20;
    private const int Small = 64 << 10;
    private const int SmallCount = 2_000;

    [Fact]
    public void UsedBytes_MemoryInUse_CountsIt() => CHeap.RequireNoGrowth(static () =>
    {
        long before = CHeap.UsedBytes;
        NativeBlock block = NativeBlock.Allocate(Large, 64);
        Assert.True(CHeap.UsedBytes - before > Large - CHeap.Noise);
        Close(block);
    });

    [Fact]
    public void TryClose_LargeMemory_FreesIt() =>
        CHeap.RequireNoGrowth(static () => Close(NativeBlock.Allocate(Large, 64)));

    [Fact]
    public void Allocate_KeptMemoryDoesNotFit_FreesIt() => CHeap.RequireNoGrowth(static () =>
    {
        for (int i = 0; i < SmallCount; i++)
        {
            Close(NativeBlock.Allocate(Small, 64));
            Close(NativeBlock.Allocate(1, 64));
        }
    });

    [Fact]
    public void TryClose_MoreThanAThreadKeeps_FreesTheRest() => CHeap.RequireNoGrowth(static () =>
    {
        NativeBlock[] blocks = [.. Enumerable.Range(0, SmallCount).Select(
            static _ => NativeBlock.Allocate(Small, 64))];
        Array.ForEach(blocks, Close);
    });

    [Fact]
    public void Finalizer_OfAnIdleBlock_FreesWhatItKept() => CHeap.RequireNoGrowth(DropIdle);

    [Fact]
    public void Finalizer_OfABlockInUse_FreesItsMemory() =>
        CHeap.RequireNoGrowth(static () => NativeBlock.Allocate(Large, 64));

    // As the end of a thread drops the blocks that it kept.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void DropIdle()
    {
        for (int i = 0; i < SmallCount; i++)
        {
            NativeBlock block = NativeBlock.Allocate(Small, 64);
            Close(block);
            Assert.Same(block, NativeBlockCache.Take());
        }
    }

    private static void Close(NativeBlock block) =>
        Assert.True(block.TryClose(block.Generation));
}
