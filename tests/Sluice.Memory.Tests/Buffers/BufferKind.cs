namespace Sluice.Memory.Tests.Buffers;

/// <summary>The ways to come by a buffer. The contract is the same for each.</summary>
public enum BufferKind
{
    Heap,
    Direct,
    SharedMemory,
    WrappedArray,
    WrappedArrayPart,
    WrappedNative,
    WrappedManager,
    Slice,
    Window,
    Pooled,
    PooledHeap,
    PooledSlice,
    Scoped,
    ScopedLarge,
}
