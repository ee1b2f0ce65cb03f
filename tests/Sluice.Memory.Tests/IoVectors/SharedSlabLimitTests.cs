using System.Runtime.Versioning;
using Sluice.Tests.Processes;

namespace Sluice.Memory.Tests.IoVectors;

/// <summary>The limit of descriptors is the process's.</summary>
[Collection(nameof(AloneCollection))]
[SupportedOSPlatform("linux")]
public sealed class SharedSlabLimitTests
{
    [Theory]
    [InlineData(SharedMemoryBackend.Auto)]
    [InlineData(SharedMemoryBackend.Memfd)]
    public void TryAllocate_NoDescriptorLeft_IsExhaustionUntilThereIsOne(
        SharedMemoryBackend backend)
    {
        using var heap = new IoHeap(new IoHeapOptions
        {
            SharedMemory = new SharedMemoryOptions { Backend = backend },
        });

        // All code is loaded and compiled: that may need descriptors as well.
        heap.Allocate(4096).Release();
        bool isAllocated;
        using (new DescriptorLimit(0))
            isAllocated = heap.TryAllocate(64 * 1024, out _);
        Assert.False(isAllocated);
        Assert.Equal(0, heap.MappedBytes);

        heap.Allocate(64 * 1024).Release();
    }
}
