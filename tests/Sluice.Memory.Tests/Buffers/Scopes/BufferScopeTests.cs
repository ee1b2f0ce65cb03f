using System.Buffers;

namespace Sluice.Memory.Tests.Buffers.Scopes;

public sealed class BufferScopeTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(5000)]
    [InlineData(1 << 20)]
    public void Allocate_AnySize_HasThatCapacityAndAlignment(int size)
    {
        using var scope = new BufferScope();
        ScopedBuffer buffer = scope.Allocate(size);

        Assert.Equal(size, buffer.Capacity);
        Assert.Equal((nuint)size, buffer.NativeSize);
        Assert.Equal(0, buffer.NativeAddress % NativeBuffer.DefaultAlignment);
        Assert.NotEqual(0, buffer.NativeAddress);
        Assert.Equal(AllocationZone.Direct, buffer.Zone);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(256)]
    [InlineData(4096)]
    [InlineData(1 << 16)]
    public void AllocateAligned_PowersOfTwo_BeginsThere(int alignment)
    {
        using var scope = new BufferScope();
        scope.AllocateAligned(3, 1);
        ScopedBuffer buffer = scope.AllocateAligned(10, alignment);

        Assert.Equal(0, buffer.NativeAddress % alignment);
        Assert.Equal(10, buffer.Capacity);
    }

    [Fact]
    public void Allocate_BadArguments_Throws()
    {
        using var scope = new BufferScope();

        Assert.Throws<ArgumentOutOfRangeException>(() => scope.Allocate(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => scope.AllocateAligned(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => scope.AllocateAligned(1, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => scope.AllocateAligned(1, -4));
    }

    [Fact]
    public void Allocate_ManyOfAllSizes_NeverOverlap()
    {
        var random = new Random(1);
        using var scope = new BufferScope();
        var buffers = new List<ScopedBuffer>();
        for (int i = 0; i < 2000; i++)
        {
            int size = random.Next(i % 50 == 0 ? 100_000 : 600);
            ScopedBuffer buffer = scope.AllocateAligned(size, 1 << random.Next(9));
            buffer.RemainingSpan.Fill((byte)i);
            buffers.Add(buffer);
        }

        for (int i = 0; i < buffers.Count; i++)
            Assert.Equal(-1, buffers[i].RemainingSpan.IndexOfAnyExcept((byte)i));
    }

    [Fact]
    public void Allocate_Small_SharesAChunk()
    {
        Assert.SkipWhen(BufferTrace.IsEnabled, "Traced memory has guards of its own.");
        using var scope = new BufferScope();
        ScopedBuffer first = scope.Allocate(8);
        ScopedBuffer second = scope.Allocate(8);

        Assert.Equal(NativeBuffer.DefaultAlignment, second.NativeAddress - first.NativeAddress);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(100_000)]
    public void Dispose_Scope_EndsBuffersAndSlices(int size)
    {
        var scope = new BufferScope();
        ScopedBuffer buffer = scope.Allocate(size);
        PlatformBuffer slice = buffer.Slice(0, 4);
        scope.Dispose();
        scope.Dispose();

        Assert.Throws<ObjectDisposedException>(() => buffer.ReadByte());
        Assert.Throws<ObjectDisposedException>(() => buffer.NativeAddress);
        Assert.Throws<ObjectDisposedException>(() => slice.ReadByte());
        Assert.Throws<ObjectDisposedException>(() => scope.Allocate(1));
    }

    [Fact]
    public void Dispose_Buffer_EndsItAlone()
    {
        using var scope = new BufferScope();
        ScopedBuffer buffer = scope.Allocate(8);
        ScopedBuffer other = scope.Allocate(8);
        buffer.Dispose();

        Assert.Throws<ObjectDisposedException>(() => buffer.ReadByte());
        other.WriteInt64(1);
    }

    [Fact]
    public void With_BodyThrows_FreesAndPassesItOn()
    {
        ScopedBuffer? buffer = null;
        Assert.Throws<NotSupportedException>(() => BufferScope.With(scope =>
        {
            buffer = scope.Allocate(8);
            throw new NotSupportedException();
        }));

        Assert.Throws<ObjectDisposedException>(() => buffer!.ReadByte());
    }

    [Fact]
    public void With_BodyOfAResultThrows_FreesAndPassesItOn()
    {
        ScopedBuffer? buffer = null;
        Assert.Throws<NotSupportedException>(() => BufferScope.With<int>(scope =>
        {
            buffer = scope.Allocate(8);
            throw new NotSupportedException();
        }));

        Assert.Throws<ObjectDisposedException>(() => buffer!.ReadByte());
    }

    [Fact]
    public void With_BodyEnds_EndsItsBuffers()
    {
        ScopedBuffer? buffer = null;

        BufferScope.With(scope => { buffer = scope.Allocate(8); });

        Assert.Throws<ObjectDisposedException>(() => buffer!.ReadByte());
    }

    [Fact]
    public async Task WithAsync_BodyEnds_EndsItsBuffers()
    {
        ScopedBuffer? buffer = null;

        await BufferScope.WithAsync(scope =>
        {
            buffer = scope.Allocate(8);
            return Task.CompletedTask;
        });
        Assert.Throws<ObjectDisposedException>(() => buffer!.ReadByte());

        int result = await BufferScope.WithAsync(scope =>
        {
            buffer = scope.Allocate(8);
            return Task.FromResult(42);
        });
        Assert.Equal(42, result);
        Assert.Throws<ObjectDisposedException>(() => buffer!.ReadByte());
    }

    [Fact]
    public async Task With_NoBody_Throws()
    {
        Assert.Throws<ArgumentNullException>(() => BufferScope.With(null!));
        Assert.Throws<ArgumentNullException>(() => BufferScope.With<int>(null!));
        await Assert.ThrowsAsync<ArgumentNullException>(() => BufferScope.WithAsync(null!));
        await Assert.ThrowsAsync<ArgumentNullException>(() => BufferScope.WithAsync<int>(null!));
    }

    [Fact]
    public void With_Result_ReturnsIt()
    {
        int result = BufferScope.With(scope =>
        {
            ScopedBuffer buffer = scope.Allocate(8);
            buffer.WriteInt32(42);
            return buffer.GetInt32(0);
        });

        Assert.Equal(42, result);
    }

    [Fact]
    public void Dispose_Pinned_ThrowsAndFreesWithTheLastPin()
    {
        var scope = new BufferScope();
        ScopedBuffer buffer = scope.Allocate(8);
        MemoryHandle pin = buffer.Pin();

        Assert.Throws<InvalidOperationException>(scope.Dispose);
        Assert.Throws<ObjectDisposedException>(() => buffer.ReadByte());
        Assert.False(buffer.Ownership.IsUnused);
        pin.Dispose();
        Assert.True(buffer.Ownership.IsUnused);
        scope.Dispose();
    }

    [Fact]
    public void With_PinnedAtTheEnd_Throws()
    {
        MemoryHandle pin = default;

        Assert.Throws<InvalidOperationException>(
            () => BufferScope.With(scope => pin = scope.Allocate(8).Pin()));
        Assert.Throws<InvalidOperationException>(
            () => BufferScope.With<object?>(scope =>
            {
                pin.Dispose();
                pin = scope.Allocate(8).Pin();
                return null;
            }));
        pin.Dispose();
    }

    [Fact]
    public void With_PinnedWhenTheBodyThrows_PassesTheBodysExceptionOn()
    {
        MemoryHandle pin = default;

        Assert.Throws<NotSupportedException>(() => BufferScope.With(scope =>
        {
            pin = scope.Allocate(8).Pin();
            throw new NotSupportedException();
        }));
        Assert.Throws<NotSupportedException>(() => BufferScope.With<int>(scope =>
        {
            pin.Dispose();
            pin = scope.Allocate(8).Pin();
            throw new NotSupportedException();
        }));
        pin.Dispose();
    }

    [Fact]
    public async Task DisposeAsync_Pinned_EndsWithTheLastPin()
    {
        var scope = new BufferScope();
        ScopedBuffer buffer = scope.Allocate(8);
        MemoryHandle first = buffer.Pin();
        MemoryHandle second = buffer.Pin(4);
        Task leaving = scope.DisposeAsync().AsTask();
        Task again = scope.DisposeAsync().AsTask();

        Assert.Throws<ObjectDisposedException>(() => buffer.ReadByte());
        first.Dispose();
        Assert.False(leaving.IsCompleted);
        second.Dispose();
        await leaving;
        await again;
        Assert.True(buffer.Ownership.IsUnused);
    }

    [Fact]
    public async Task DisposeAsync_NothingPinned_EndsAtOnce()
    {
        var scope = new BufferScope();
        scope.Allocate(8);

        Task leaving = scope.DisposeAsync().AsTask();

        Assert.True(leaving.IsCompletedSuccessfully);
        await leaving;
    }

    [Fact]
    public async Task DisposeAsync_AfterADisposeThatThrew_Waits()
    {
        var scope = new BufferScope();
        MemoryHandle pin = scope.Allocate(8).Pin();
        Assert.Throws<InvalidOperationException>(scope.Dispose);
        Task leaving = scope.DisposeAsync().AsTask();

        Assert.False(leaving.IsCompleted);
        pin.Dispose();
        await leaving;
    }

    [Fact]
    public async Task WithAsync_PinnedWhenTheBodyThrows_WaitsAndPassesItOn()
    {
        MemoryHandle pin = default;
        Task leaving = BufferScope.WithAsync(scope =>
        {
            pin = scope.Allocate(8).Pin();
            throw new NotSupportedException();
        });

        Assert.False(leaving.IsCompleted);
        pin.Dispose();
        await Assert.ThrowsAsync<NotSupportedException>(() => leaving);
    }

    [Fact]
    public async Task WithAsync_Result_ReturnsIt()
    {
        int result = await BufferScope.WithAsync(async scope =>
        {
            ScopedBuffer buffer = scope.Allocate(8);
            await Task.Yield();
            buffer.WriteInt32(42);
            return buffer.GetInt32(0);
        });

        Assert.Equal(42, result);
    }

    [Fact]
    public async Task DisposeAsync_RacingWithTheLastUnpin_EndsAlways()
    {
        int rounds = BufferTrace.IsEnabled ? 400 : 20_000;
        for (int i = 0; i < rounds; i++)
        {
            var scope = new BufferScope();
            MemoryHandle pin = scope.Allocate(8).Pin();
            Task unpin = Task.Run(pin.Dispose);
            await scope.DisposeAsync();
            await unpin;
        }
    }
}
