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
    private const long Noise = 32 << 20;

    [Fact]
    public void UsedBytes_MemoryInUse_CountsIt() => RequireNoGrowth(static () =>
    {
        long before = CHeap.UsedBytes;
        NativeBlock block = NativeBlock.Allocate(Large, 64);
        Assert.True(CHeap.UsedBytes - before > Large - Noise);
        Close(block);
    });

    [Fact]
    public void TryClose_LargeMemory_FreesIt() =>
        RequireNoGrowth(static () => Close(NativeBlock.Allocate(Large, 64)));

    [Fact]
    public void Allocate_KeptMemoryDoesNotFit_FreesIt() => RequireNoGrowth(static () =>
    {
        for (int i = 0; i < SmallCount; i++)
        {
            Close(NativeBlock.Allocate(Small, 64));
            Close(NativeBlock.Allocate(1, 64));
        }
    });

    [Fact]
    public void TryClose_MoreThanAThreadKeeps_FreesTheRest() => RequireNoGrowth(static () =>
    {
        NativeBlock[] blocks = [.. Enumerable.Range(0, SmallCount).Select(
            static _ => NativeBlock.Allocate(Small, 64))];
        Array.ForEach(blocks, Close);
    });

    [Fact]
    public void Finalizer_OfAnIdleBlock_FreesWhatItKept() => RequireNoGrowth(DropIdle);

    [Fact]
    public void Finalizer_OfABlockInUse_FreesItsMemory() =>
        RequireNoGrowth(static () => NativeBlock.Allocate(Large, 64));

    private static void RequireNoGrowth(Action use)
    {
        Assert.SkipWhen(BufferTrace.IsEnabled, "Traced memory is not of the C heap.");
        Assert.SkipUnless(CHeap.IsMeasured, "The C library does not tell of its heap.");
        CollectGarbage();
        long before = CHeap.UsedBytes;
        OwnThread.Run(use);
        CollectGarbage();

        long growth = CHeap.UsedBytes - before;
        Assert.True(growth < Noise, $"{growth} bytes were not freed.");
    }

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

    private static void CollectGarbage()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }
}
