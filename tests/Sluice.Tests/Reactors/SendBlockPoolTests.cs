using Sluice.Memory;
using Sluice.Reactors;
using Sluice.Testing.Connections;

namespace Sluice.Tests.Reactors;

public sealed class SendBlockPoolTests : IDisposable
{
    private const int Kept = 256 * 1024;
    private readonly List<string> _reports = [];
    private readonly SendBlockPool _pool;

    public SendBlockPoolTests() => _pool = new SendBlockPool(
        new IoHeapOptions { HugePages = IoHugePages.None, LeakFound = _reports.Add }, Kept);

    public void Dispose() => _pool.Dispose();

    [Theory]
    [InlineData(1, 4096)]
    [InlineData(4096, 4096)]
    [InlineData(4097, 32 * 1024)]
    [InlineData(32 * 1024, 32 * 1024)]
    [InlineData((32 * 1024) + 1, 64 * 1024)]
    [InlineData(1024 * 1024, 1024 * 1024)]
    public void Rent_UpToTheLongestVector_IsOfTheHeap(int capacity, int expected)
    {
        SendBlock block = _pool.Rent(capacity);
        block.GetSpan().Fill(1);

        Assert.True(block.IsOfHeap);
        Assert.Equal(expected, block.Capacity);
        Assert.Equal(expected, block.Memory.Length);
        _pool.Return(block);
    }

    [Fact]
    public void Rent_MoreThanTheLongestVector_IsOnePieceOfItsOwn()
    {
        SendBlock block = _pool.Rent(IoHeap.VectorLengthMax + 1);
        block.GetSpan().Fill(1);

        Assert.False(block.IsOfHeap);
        Assert.Equal(IoHeap.VectorLengthMax + 1, block.Memory.Length);
        Assert.Equal(0, _pool.MappedBytes);
        _pool.Return(block);
    }

    [Fact]
    public void Rent_AfterReturn_IsTheBlockThatCameBackLast()
    {
        SendBlock first = _pool.Rent(1);
        SendBlock second = _pool.Rent(1);
        second.Written = 5;
        _pool.Return(first);
        _pool.Return(second);

        SendBlock again = _pool.Rent(1);

        Assert.Same(second, again);
        Assert.Equal(0, again.Written);
        Assert.Same(first, _pool.Rent(1));
    }

    [Theory]
    [InlineData(SendBlockPool.SmallSize, true)]
    [InlineData(SendBlockPool.LargeSize, true)]
    [InlineData(SendBlockPool.LargeSize + 1, false)]
    public void Return_UpToTheLargeSize_KeepsTheVector(int capacity, bool isKept)
    {
        SendBlock block = _pool.Rent(capacity);
        Assert.Equal(1, _pool.VectorCount);
        nint address = block.Address;

        _pool.Return(block);

        Assert.Equal(isKept ? 1 : 0, _pool.VectorCount);
        Assert.Equal(isKept ? address : 0, block.Address);
        Assert.Equal(isKept, ReferenceEquals(block, _pool.Rent(capacity)));
    }

    [Fact]
    public void Dispose_BlocksOfBothSizesAreKept_FreesThem()
    {
        SendBlock[] blocks = [_pool.Rent(1), _pool.Rent(SendBlockPool.LargeSize)];
        Array.ForEach(blocks, _pool.Return);
        Assert.Equal(2, _pool.VectorCount);

        _pool.Dispose();

        Assert.Equal(0, _pool.VectorCount);
        Assert.Equal(0, _pool.MappedBytes);
        Assert.Empty(_reports);
    }

    [Fact]
    public void Trim_BlocksOfBothSizesAreKept_FreesThemOnceTheyWereNotNeeded()
    {
        SendBlock[] blocks = [_pool.Rent(1), _pool.Rent(SendBlockPool.LargeSize)];
        Array.ForEach(blocks, _pool.Return);

        _pool.Trim();
        _pool.Trim();

        Assert.Equal(0, _pool.VectorCount);
    }

    [Fact]
    public void IsTrimmable_OnceMoreIsMappedThanKept()
    {
        bool isTrimmable = _pool.IsTrimmable;
        const int Count = (Kept / SendBlockPool.SmallSize) + 1;
        SendBlock[] blocks = [.. Enumerable.Range(0, Count).Select(_ => _pool.Rent(1))];

        Assert.False(isTrimmable);
        Assert.True(_pool.IsTrimmable);
        Array.ForEach(blocks, _pool.Return);
    }

    [Fact]
    public async Task Rent_SeveralThreads_NoneSharesMemory()
    {
        const int Threads = 4;
        const int Rounds = 20_000;
        var exchange = new SendBlock?[64];
        await Task.WhenAll(Enumerable.Range(1, Threads).Select(seed => Task.Run(() =>
        {
            Random random = TestBytes.Source(seed);
            for (int i = 0; i < Rounds; i++)
            {
                SendBlock block = _pool.Rent(random.Next(8) == 0 ? 40_000 : 1);
                byte mark = (byte)random.Next(1, 256);
                block.GetSpan()[..256].Fill(mark);
                block.Written = mark;

                // Another thread looks at it and returns it.
                int place = random.Next(exchange.Length);
                SendBlock? other = Interlocked.Exchange(ref exchange[place], block);
                if (other is not null)
                    CheckAndReturn(other);
                if (i % 1_000 == 0)
                    _pool.Trim();
            }
        }))).Within();

        foreach (SendBlock? block in exchange)
        {
            if (block is not null)
                CheckAndReturn(block);
        }

        _pool.Dispose();
        Assert.Empty(_reports);
        Assert.Equal(0, _pool.MappedBytes);
    }

    [Fact]
    public void Trim_BurstIsOver_GivesItsMemoryBack()
    {
        Assert.SkipWhen(IoVectorTrace.IsEnabled, "Guard pages count as well.");
        SendBlock[] blocks = RentMany(2_000);
        long most = _pool.MappedBytes;
        SendBlock kept = blocks[1_000];
        kept.GetSpan().Fill(7);
        foreach (SendBlock block in blocks.Where(block => block != kept))
            _pool.Return(block);

        _pool.Trim();
        long afterFirst = _pool.MappedBytes;
        _pool.Trim();

        Assert.True(most >= 2_000 * SendBlockPool.SmallSize);
        Assert.Equal(most, afterFirst);
        Assert.InRange(_pool.MappedBytes, 1, Kept + (2 * 1024 * 1024));
        Assert.Equal(-1, kept.GetSpan().IndexOfAnyExcept((byte)7));
        _pool.Return(kept);
    }

    [Fact]
    public void Trim_MoreThanHalfIsNeededAgainAndAgain_KeepsAll()
    {
        Assert.SkipWhen(IoVectorTrace.IsEnabled, "Guard pages count as well.");
        SendBlock[] blocks = RentMany(2_000);
        long most = _pool.MappedBytes;
        for (int i = 0; i < 10; i++)
        {
            foreach (SendBlock block in blocks)
                _pool.Return(block);
            _pool.Trim();
            Assert.Equal(most, _pool.MappedBytes);
            blocks = RentMany(1_600);
        }
    }

    [Fact]
    public async Task Dispose_BlocksAreRented_KeepsThemUntilTheLastIsReturned()
    {
        SendBlock first = _pool.Rent(1);
        SendBlock second = _pool.Rent(1);
        second.GetSpan().Fill(9);

        _pool.Dispose();

        Assert.Equal(2, Assert.Single(_reports).Split("block 0x").Length - 1);
        await Task.Run(() => _pool.Return(first)).Within();
        Assert.Equal(-1, second.GetSpan().IndexOfAnyExcept((byte)9));
        Assert.NotEqual(0, _pool.MappedBytes);
        await Task.Run(() => _pool.Return(second)).Within();
        Assert.Equal(0, _pool.MappedBytes);
    }

    [Fact]
    public void Rent_AfterDispose_HasMemoryOfItsOwn()
    {
        _pool.Dispose();

        SendBlock block = _pool.Rent(1);
        block.GetSpan().Fill(1);

        Assert.False(block.IsOfHeap);
        _pool.Return(block);
    }

    private SendBlock[] RentMany(int count) =>
        [.. Enumerable.Range(0, count).Select(_ => _pool.Rent(1))];

    private void CheckAndReturn(SendBlock block)
    {
        byte mark = (byte)block.Written;
        Assert.Equal(-1, block.GetSpan()[..256].IndexOfAnyExcept(mark));
        _pool.Return(block);
    }
}
