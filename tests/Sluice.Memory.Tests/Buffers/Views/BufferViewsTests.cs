using System.Buffers;

namespace Sluice.Memory.Tests.Buffers.Views;

public sealed class BufferViewsTests
{
    public static TheoryData<BufferKind> Kinds => BufferFactory.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void AsSequence_SomeRemains_IsThoseBytesWithoutACopy(BufferKind kind)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 8);
        buffer.WriteInt64(0x0102030405060708);
        buffer.ResetForRead();
        buffer.Position = 2;

        ReadOnlySequence<byte> sequence = buffer.AsSequence();
        buffer.SetByte(7, 99);

        Assert.Equal([3, 4, 5, 6, 7, 99], sequence.ToArray());
        Assert.Equal(2, buffer.Position);
    }

    [Fact]
    public void AsSequence_SeveralBuffers_AreOneAfterTheOther()
    {
        using PlatformBuffer first = PlatformBuffer.Wrap([1, 2]);
        using PlatformBuffer empty = PlatformBuffer.Allocate(0);
        using PlatformBuffer second = NativeBuffer.Allocate(3);
        second.WriteBytes([3, 4, 5]);
        second.ResetForRead();

        ReadOnlySequence<byte> sequence = new[] { first, empty, second }.AsSequence();

        Assert.Equal(5, sequence.Length);
        Assert.Equal([1, 2, 3, 4, 5], sequence.ToArray());
        Assert.Equal([2, 3, 4], sequence.Slice(1, 3).ToArray());
    }

    [Fact]
    public void AsSequence_NoBytes_IsEmpty()
    {
        Assert.True(Array.Empty<PlatformBuffer>().AsSequence().IsEmpty);
    }

    [Fact]
    public void AsSequence_EmptyBuffersAround_HasNoSegmentsForThem()
    {
        using PlatformBuffer empty = PlatformBuffer.Allocate(0);
        using PlatformBuffer buffer = PlatformBuffer.Wrap([1, 2]);

        Assert.True(new[] { empty, buffer, empty }.AsSequence().IsSingleSegment);
    }

    [Fact]
    public void Views_OfNothing_Throw()
    {
        Assert.Throws<ArgumentNullException>(
            static () => ((IEnumerable<PlatformBuffer>)null!).AsSequence());
        Assert.Throws<ArgumentNullException>(static () => ((PlatformBuffer)null!).AsStream());
    }

    [Fact]
    public unsafe void AsMemory_OfARentalBefore_DoesNotReachTheNextOne()
    {
        Assert.SkipWhen(BufferTrace.IsEnabled, "Traced memory is not given out again.");
        using var pool = new BufferPool();
        PooledBuffer first = pool.Rent(256);
        PlatformBuffer buffer = first.Buffer;
        Memory<byte> before = buffer.AsMemory(0, 8);
        first.Dispose();

        using PooledBuffer second = pool.Rent(256);
        Assert.Same(buffer, second.Buffer);
        Memory<byte> now = buffer.AsMemory(0, 8);
        now.Span.Fill(7);

        Assert.Throws<ObjectDisposedException>(() => before.Span.Length);
        Assert.Throws<ObjectDisposedException>(() => before.Pin());
        using MemoryHandle handle = now.Pin();
        Assert.Equal(7, *(byte*)handle.Pointer);
    }

    [Fact]
    public unsafe void Memory_PinnedAtItsEnd_PointsBehindTheLastByte()
    {
        using NativeBuffer buffer = NativeBuffer.Allocate(8);

        using MemoryHandle handle = buffer.PinWhole(8);

        Assert.Equal(buffer.NativeAddress + 8, (nint)handle.Pointer);
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.PinWhole(9));
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.PinWhole(-1));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Memory_AfterDispose_ThrowsUnlessItIsAnArray(BufferKind kind)
    {
        PlatformBuffer buffer = BufferFactory.Create(kind, 8);
        bool isArray = buffer is IManagedMemoryAccess && kind != BufferKind.PooledHeap;
        Memory<byte> memory = buffer.RemainingMemory;
        Assert.Equal(8, memory.Length);
        buffer.Dispose();

        if (isArray)
            Assert.Equal(8, memory.Span.Length);
        else
            Assert.Throws<ObjectDisposedException>(() => memory.Span.Length);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public unsafe void Memory_Pinned_PointsToItsBytes(BufferKind kind)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 8);
        buffer.SetByte(3, 77);

        using MemoryHandle handle = buffer.AsMemory(2, 4).Pin();

        Assert.Equal(77, ((byte*)handle.Pointer)[1]);
    }
}
