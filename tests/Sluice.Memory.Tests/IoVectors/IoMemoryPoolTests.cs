using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.InteropServices;
using Sluice.Memory.Interop;
using static Sluice.Memory.Tests.IoVectors.IoVectorTests;

namespace Sluice.Memory.Tests.IoVectors;

public sealed class IoMemoryPoolTests
{
    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5000)]
    [InlineData(IoHeap.VectorLengthMax)]
    public void Rent_AnySize_HasAtLeastThatMuch(int size)
    {
        using var pool = new IoMemoryPool();
        using IMemoryOwner<byte> owner = pool.Rent(size);
        Assert.True(owner.Memory.Length >= size);
        owner.Memory.Span.Fill(1);
    }

    [Theory]
    [InlineData(-2)]
    [InlineData(IoHeap.VectorLengthMax + 1)]
    public void Rent_BadSize_Throws(int size)
    {
        using var pool = new IoMemoryPool();
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Rent(size));
    }

    [Fact]
    public void Rent_AnyThread_GetsWhatOthersGaveBack()
    {
        using var pool = new IoMemoryPool(new IoHeapOptions { LimitBytes = 64 * 1024 });
        IMemoryOwner<byte> owner = pool.Rent(64 * 1024);
        OnAnotherThread(() =>
        {
            Assert.Throws<IoHeapExhaustedException>(() => pool.Rent(1));
            owner.Dispose();
            pool.Rent(64 * 1024).Dispose();
        });
        Assert.Throws<ObjectDisposedException>(() => owner.Memory);
        owner.Dispose();
    }

    [Fact]
    public void Dispose_MemoryRented_StaysUntilItIsDisposed()
    {
        var pool = new IoMemoryPool();
        IMemoryOwner<byte> owner = pool.Rent(10);
        pool.Dispose();
        owner.Memory.Span.Fill(1);
        Assert.Throws<ObjectDisposedException>(() => pool.Rent(1));
        owner.Dispose();
    }

    [Fact]
    public async Task Pipe_OverThePool_CarriesBytes()
    {
        using var pool = new IoMemoryPool();
        var pipe = new Pipe(new PipeOptions(pool));
        byte[] bytes = new byte[50_000];
        new Random(1).NextBytes(bytes);
        await pipe.Writer.WriteAsync(bytes);
        await pipe.Writer.CompleteAsync();
        ReadResult result = await pipe.Reader.ReadAtLeastAsync(bytes.Length);
        Assert.Equal(bytes, result.Buffer.ToArray());
        await pipe.Reader.CompleteAsync();
    }

    [Fact]
    public void Rent_LessThanABlock_GivesTheWholeBlock()
    {
        using var pool = new IoMemoryPool();
        using IMemoryOwner<byte> owner = pool.Rent(5000);
        Assert.Equal(8192, owner.Memory.Length);
    }

    // Whoever releases takes the way over the return stack, which needs no lock.
    [Fact]
    public unsafe void Rent_OnTheThreadThatMadeThePool_IsNoOwners()
    {
        using var pool = new IoMemoryPool();
        using IMemoryOwner<byte> owner = pool.Rent();
        Assert.True(
            MemoryMarshal.TryGetMemoryManager<byte, IoSlab>(owner.Memory, out IoSlab? slab));
        Assert.Equal(ThreadStack.NoWindow, slab!.Headers->Window);
    }
}
