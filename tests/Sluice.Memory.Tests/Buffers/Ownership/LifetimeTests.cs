using System.Buffers;
using System.Runtime.InteropServices;

namespace Sluice.Memory.Tests.Buffers.Ownership;

/// <summary>Memory is released once, and not while somebody holds it.</summary>
[Trait("pitfall", "27")]
public sealed unsafe class LifetimeTests
{
    private int _released;

    [Fact]
    public void Dispose_WrappedMemory_ReleasesItOnceWithAddressAndSize()
    {
        (nint Address, nuint Size) seen = default;
        NativeBuffer buffer = PlatformBuffer.Wrap(0x1000, 77, (address, size) =>
        {
            seen = (address, size);
            _released++;
        });
        buffer.Dispose();
        buffer.Dispose();

        Assert.Equal(1, _released);
        Assert.Equal((0x1000, (nuint)77), seen);
    }

    [Fact]
    public void Dispose_FromSeveralThreads_ReleasesOnce()
    {
        const int Threads = 4;
        const int Rounds = 100;
        using var start = new Barrier(Threads);
        NativeBuffer[] buffers = [.. Enumerable.Range(0, Rounds).Select(_ => Wrap())];
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(_ => new Thread(() =>
        {
            foreach (NativeBuffer buffer in buffers)
            {
                start.SignalAndWait();
                buffer.Dispose();
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());

        Assert.Equal(Rounds, _released);
    }

    [Fact]
    public void DisposeAndUnpin_FromTwoThreads_ReleaseOnce()
    {
        const int Rounds = 100;
        using var start = new Barrier(2);
        NativeBuffer[] buffers = [.. Enumerable.Range(0, Rounds).Select(_ => Wrap())];
        MemoryHandle[] pins = [.. buffers.Select(buffer => buffer.Pin())];
        var unpinner = new Thread(() =>
        {
            foreach (MemoryHandle pin in pins)
            {
                start.SignalAndWait();
                pin.Dispose();
            }
        });
        unpinner.Start();
        foreach (NativeBuffer buffer in buffers)
        {
            start.SignalAndWait();
            buffer.Dispose();
        }

        unpinner.Join();
        Assert.Equal(Rounds, _released);
    }

    [Fact]
    public void Pin_AcrossTheDispose_DefersTheRelease()
    {
        NativeBuffer buffer = Wrap();
        MemoryHandle pin = buffer.Pin();
        buffer.Dispose();
        Assert.Equal(0, _released);
        Assert.Throws<ObjectDisposedException>(() => buffer.NativeAddress);

        pin.Dispose();
        Assert.Equal(1, _released);
    }

    [Fact]
    public void Pin_Several_TheLastOneReleases()
    {
        NativeBuffer buffer = Wrap();
        using PlatformBuffer slice = buffer.Slice(2, 4);
        MemoryHandle first = buffer.Pin(1);
        MemoryHandle second = slice.Pin(1);
        MemoryHandle third = buffer.RemainingMemory.Pin();
        buffer.Dispose();
        first.Dispose();
        third.Dispose();
        Assert.Equal(0, _released);

        second.Dispose();
        Assert.Equal(1, _released);
    }

    [Fact]
    public void Pin_AfterTheDispose_Throws()
    {
        NativeBuffer buffer = Wrap();
        Memory<byte> memory = buffer.RemainingMemory;
        buffer.Dispose();

        Assert.Throws<ObjectDisposedException>(() => buffer.Pin());
        Assert.Throws<ObjectDisposedException>(() => memory.Pin());
        Assert.Throws<ObjectDisposedException>(() => { _ = memory.Span; });
        Assert.Equal(1, _released);
    }

    [Fact]
    public void Unpin_OfACopyOfTheHandle_ReleasesNothing()
    {
        NativeBuffer buffer = Wrap();
        MemoryHandle pin = buffer.Pin();
        MemoryHandle copy = pin;
        pin.Dispose();

        Assert.Throws<InvalidOperationException>(copy.Dispose);
        Assert.Equal(0, _released);
        buffer.Dispose();
        Assert.Equal(1, _released);
    }

    [Fact]
    public void Unpin_OfACopyAfterTheRelease_DoesNotReleaseAgain()
    {
        NativeBuffer buffer = Wrap();
        MemoryHandle pin = buffer.Pin();
        MemoryHandle copy = pin;
        buffer.Dispose();
        pin.Dispose();

        Assert.Throws<InvalidOperationException>(copy.Dispose);
        Assert.Equal(1, _released);
    }

    [Theory]
    [MemberData(nameof(BufferFactory.Kinds), MemberType = typeof(BufferFactory))]
    public void Pin_AtAnIndex_PointsToThatByteAndKeepsIt(BufferKind kind)
    {
        PlatformBuffer buffer = BufferFactory.Create(kind, 8);
        BufferAssert.Number(buffer);
        MemoryHandle pin = buffer.Pin(3);
        buffer.Dispose();

        Assert.Equal(4, *(byte*)pin.Pointer);
        pin.Dispose();
    }

    [Theory]
    [MemberData(nameof(BufferFactory.Kinds), MemberType = typeof(BufferFactory))]
    [Trait("pitfall", "26")]
    public void Pin_OutsideTheLimit_Throws(BufferKind kind)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 8);
        buffer.Limit = 6;
        buffer.Pin(6).Dispose();
        foreach (int index in new[] { -1, 7, int.MinValue, int.MaxValue })
            Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Pin(index));
    }

    [Fact]
    public void Wrap_NoMemory_Throws()
    {
        Assert.Throws<ArgumentException>(() => PlatformBuffer.Wrap(0, 1));
        Assert.Throws<ArgumentNullException>(() => PlatformBuffer.Wrap((byte[])null!));
        using NativeBuffer empty = PlatformBuffer.Wrap(0, 0);
        Assert.Equal(0, empty.Capacity);
    }

    [Fact]
    public void Wrap_MemoryOfAManager_IsPinnedUntilTheDispose()
    {
        var manager = new CountingManager();
        PlatformBuffer buffer = PlatformBuffer.Wrap(manager.Memory[2..6]);
        buffer.WriteInt32(0x01020304);
        Assert.Equal([0, 0, 1, 2, 3, 4, 0, 0], manager.Memory.Span.ToArray());
        Assert.Equal(1, manager.Pins);

        buffer.Dispose();
        buffer.Dispose();
        Assert.Equal(0, manager.Pins);
    }

    private NativeBuffer Wrap() => PlatformBuffer.Wrap(
        (nint)NativeMemory.AllocZeroed(16),
        16,
        (address, _) =>
        {
            Interlocked.Increment(ref _released);
            NativeMemory.Free((void*)address);
        });

    private sealed class CountingManager : MemoryManager<byte>
    {
        private readonly byte[] _array = GC.AllocateArray<byte>(8, pinned: true);

        public int Pins { get; private set; }

        public override Span<byte> GetSpan() => _array;

        public override MemoryHandle Pin(int elementIndex = 0)
        {
            Pins++;
            return new MemoryHandle(
                (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_array, elementIndex),
                pinnable: this);
        }

        public override void Unpin() => Pins--;

        protected override void Dispose(bool disposing)
        {
        }
    }
}
