using System.Buffers;
using System.Runtime.InteropServices;

namespace Sluice.Memory.Tests.Buffers;

/// <summary>Makes a buffer of each kind; position 0, limit and capacity as asked for.</summary>
internal static class BufferFactory
{
    public static TheoryData<BufferKind> Kinds => [.. Enum.GetValues<BufferKind>()];

    private static readonly BufferPool s_pool = new();
    private static readonly BufferPool s_heapPool =
        new(new BufferPoolOptions { Zone = AllocationZone.Heap });

    public static PlatformBuffer Create(BufferKind kind, int size) => kind switch
    {
        BufferKind.Heap => PlatformBuffer.Allocate(size, AllocationZone.Heap),
        BufferKind.Direct => PlatformBuffer.Allocate(size, AllocationZone.Direct),
        BufferKind.SharedMemory => PlatformBuffer.Allocate(size, AllocationZone.SharedMemory),
        BufferKind.WrappedArray => PlatformBuffer.Wrap(new byte[size]),
        BufferKind.WrappedArrayPart => PlatformBuffer.Wrap(new byte[size + 7].AsMemory(3, size)),
        BufferKind.WrappedNative => WrapNative(size),
        BufferKind.WrappedManager => PlatformBuffer.Wrap(new ArrayManager(size).Memory),
        BufferKind.Slice => NativeBuffer.Allocate(size + 9).Slice(5, size),
        BufferKind.Window => NativeBuffer.Allocate(size + 9).Window(5, size),
        BufferKind.Pooled => s_pool.Rent(size).Buffer,
        BufferKind.PooledHeap => s_heapPool.Rent(size).Buffer,
        BufferKind.PooledSlice => SliceRental(size),
        BufferKind.Scoped => new BufferScope().Allocate(size),
        BufferKind.ScopedLarge => new BufferScope().AllocateAligned(size, 1 << 14),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    // The slice keeps the memory beyond the return.
    private static PlatformBuffer SliceRental(int size)
    {
        using PooledBuffer rental = s_pool.Rent(size + 9);
        return rental.Buffer.Slice(5, size);
    }

    private static unsafe NativeBuffer WrapNative(int size) => PlatformBuffer.Wrap(
        (nint)NativeMemory.Alloc((nuint)size + 1),
        (nuint)size,
        static (address, _) => NativeMemory.Free((void*)address));

    private sealed class ArrayManager(int size) : MemoryManager<byte>
    {
        private readonly byte[] _array = GC.AllocateArray<byte>(size, pinned: true);

        public override Span<byte> GetSpan() => _array;

        public override unsafe MemoryHandle Pin(int elementIndex = 0) => new(
            (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_array, elementIndex), pinnable: this);

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
