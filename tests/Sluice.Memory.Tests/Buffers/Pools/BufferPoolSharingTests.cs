using System.Buffers;
using System.Collections.Concurrent;

namespace Sluice.Memory.Tests.Buffers.Pools;

/// <summary>Random rents, returns, slices and pins: who holds memory holds it alone.</summary>
public sealed class BufferPoolSharingTests
{
    public static TheoryData<AllocationZone, bool> Pools => new()
    {
        { AllocationZone.Direct, false },
        { AllocationZone.Direct, true },
        { AllocationZone.Heap, false },
        { AllocationZone.Heap, true },
    };

    // A trace takes the stack at each rental.
    private static int Rounds(int count) => BufferTrace.IsEnabled ? count / 50 : count;

    [Theory]
    [MemberData(nameof(Pools))]
    [Trait("pitfall", "28")]
    public void Rent_InRandomOrderWithSlicesAndPins_NeverSharesMemory(
        AllocationZone zone, bool isBounded)
    {
        for (int seed = 1; seed <= Rounds(200); seed++)
        {
            using var pool = new BufferPool(new BufferPoolOptions
            {
                Zone = zone,
                RetainedBytesMax = isBounded ? 2048 : 1 << 20,
                RentedBytesMax = isBounded ? 16 << 10 : null,
            });
            new Run(pool, seed).Play(300);
        }
    }

    [Fact]
    [Trait("pitfall", "28")]
    public async Task Rent_OnFourThreadsReturnedByOthers_NeverSharesMemory()
    {
        using var pool = new BufferPool(new BufferPoolOptions { RetainedBytesMax = 32 << 10 });
        var handedOver = new ConcurrentQueue<(PooledBuffer, byte)>();
        var threads = new Task[4];
        for (int i = 0; i < threads.Length; i++)
        {
            int seed = i;
            threads[i] = Task.Run(() => RentAndHandOver(pool, handedOver, seed));
        }

        await Task.WhenAll(threads);
        while (handedOver.TryDequeue(out (PooledBuffer Rental, byte Pattern) last))
            CheckAndReturn(pool, last.Rental, last.Pattern);
        Assert.Equal(0, pool.GetStatistics().RentedCount);
        Assert.InRange(pool.GetStatistics().IdleBytes, 0, 32 << 10);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("pitfall", "28")]
    public void Return_ByTwoThreadsAtOnce_EndsOnce(bool isSingle)
    {
        var options = new BufferPoolOptions { SingleThreaded = isSingle };
        var pool = new BufferPool(options);
        PooledBuffer rental = default;
        bool isHere = false;
        bool isThere = false;
        Race.Run(
            Rounds(20_000),
            i =>
            {
                Renew(ref pool, options, i);
                rental = pool.Rent(100);
            },
            () => isHere = Ends(pool, rental),
            () => isThere = Ends(pool, rental),
            () => Assert.NotEqual(isHere, isThere));
        pool.Dispose();
    }

    [Fact]
    [Trait("pitfall", "29")]
    public void Pin_ByAnotherThreadAgainstTheReturn_HoldsOrThrows()
    {
        var pool = new BufferPool();
        PooledBuffer rental = default;
        PlatformBuffer? buffer = null;
        MemoryHandle? pin = null;
        Race.Run(
            Rounds(20_000),
            i =>
            {
                Renew(ref pool, null, i);
                rental = pool.Rent(100);
                buffer = rental.Buffer;
            },
            () => pool.Return(rental),
            () => pin = PinOrNull(buffer!),
            () =>
            {
                Assert.Equal(pin is null ? 1 : 0, pool.GetStatistics().IdleCount);
                pin?.Dispose();
                Assert.Equal(1, pool.GetStatistics().IdleCount);
            });
        pool.Dispose();
    }

    [Fact]
    public async Task Trim_WhileThreadsRent_NeverSharesMemory()
    {
        using var pool = new BufferPool(new BufferPoolOptions { RetainedBytesMax = 64 << 10 });
        var handedOver = new ConcurrentQueue<(PooledBuffer, byte)>();
        Task[] threads =
        [
            Task.Run(() => RentAndHandOver(pool, handedOver, 1)),
            Task.Run(() => RentAndHandOver(pool, new ConcurrentQueue<(PooledBuffer, byte)>(), 2)),
        ];
        Task all = Task.WhenAll(threads);
        while (!all.IsCompleted)
            pool.Trim();
        await all;
        while (handedOver.TryDequeue(out (PooledBuffer Rental, byte Pattern) last))
            CheckAndReturn(pool, last.Rental, last.Pattern);

        // What the second thread still had in its queue may be lost by now.
        pool.Trim();
        Assert.Equal(0, pool.GetStatistics().IdleCount);
    }

    [Fact]
    public async Task SingleThreaded_ThreadsThatTakeTurns_NeverShareMemory()
    {
        using var pool = new BufferPool(new BufferPoolOptions { SingleThreaded = true });
        var handedOver = new ConcurrentQueue<(PooledBuffer, byte)>();
        for (int turn = 0; turn < 20; turn++)
        {
            int seed = turn;
            await Task.Run(() => RentAndHandOver(pool, handedOver, seed, Rounds(500)));
        }

        while (handedOver.TryDequeue(out (PooledBuffer Rental, byte Pattern) last))
            CheckAndReturn(pool, last.Rental, last.Pattern);
        Assert.Equal(0, pool.GetStatistics().RentedCount);
    }

    [Fact]
    public async Task Dispose_WhileThreadsRent_FreesEverything()
    {
        for (int round = 0; round < Rounds(200); round++)
        {
            var pool = new BufferPool();
            using var started = new CountdownEvent(2);
            Task first = Task.Run(() => RentUntilDisposed(pool, started));
            Task second = Task.Run(() => RentUntilDisposed(pool, started));
            started.Wait(TestContext.Current.CancellationToken);
            pool.Dispose();
            await Task.WhenAll(first, second);

            Assert.Equal(0, pool.GetStatistics().RentedCount);
            Assert.Equal(0, pool.GetStatistics().IdleCount);
        }
    }

    // In a pool where a rental has ended elsewhere, all threads use atomic operations.
    private static void Renew(ref BufferPool pool, BufferPoolOptions? options, int round)
    {
        if (round % 8 != 0)
            return;
        pool.Dispose();
        pool = new BufferPool(options);
    }

    private static bool Ends(BufferPool pool, PooledBuffer rental)
    {
        try
        {
            pool.Return(rental);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static MemoryHandle? PinOrNull(PlatformBuffer buffer)
    {
        try
        {
            return buffer.Pin();
        }
        catch (ObjectDisposedException)
        {
            return null;
        }
    }

    private static void RentUntilDisposed(BufferPool pool, CountdownEvent started)
    {
        pool.Rent(1000).Dispose();
        started.Signal();
        try
        {
            while (true)
            {
                using PooledBuffer rental = pool.Rent(1000);
                rental.Buffer.WriteInt32(1);
            }
        }
        catch (ObjectDisposedException)
        {
            return;
        }
    }

    private static void RentAndHandOver(
        BufferPool pool,
        ConcurrentQueue<(PooledBuffer, byte)> handedOver,
        int seed,
        int? count = null)
    {
        var random = new Random(seed);
        for (int i = 0; i < (count ?? Rounds(20_000)); i++)
        {
            PooledBuffer rental = pool.Rent(random.Next(1, 4096));
            byte pattern = (byte)random.Next(256);
            rental.Buffer.RemainingSpan.Fill(pattern);
            handedOver.Enqueue((rental, pattern));
            if (handedOver.Count > 16 && handedOver.TryDequeue(out (PooledBuffer, byte) other))
                CheckAndReturn(pool, other.Item1, other.Item2);
        }
    }

    private static void CheckAndReturn(BufferPool pool, PooledBuffer rental, byte pattern)
    {
        Assert.Equal(-1, rental.Buffer.RemainingSpan.IndexOfAnyExcept(pattern));
        pool.Return(rental);
    }

    private sealed class Run(BufferPool pool, int seed)
    {
        private readonly Random _random = new(seed);
        private readonly List<PooledBuffer> _rentals = [];
        private readonly List<PlatformBuffer> _slices = [];
        private readonly List<MemoryHandle> _pins = [];
        private readonly List<Holder> _holders = [];

        public void Play(int steps)
        {
            for (int i = 0; i < steps; i++)
                Step();
            _rentals.ForEach(static rental => rental.Dispose());
            _slices.ForEach(static slice => slice.Dispose());
            _pins.ForEach(static pin => pin.Dispose());
            Assert.True(
                pool.GetStatistics().RentedCount == 0, $"Something is out with seed {seed}.");
        }

        private void Step()
        {
            switch (_random.Next(6))
            {
                case 0 or 1 when pool.TryRent(_random.Next(1, 2000), out PooledBuffer rental):
                    Check(rental.Buffer);
                    _rentals.Add(rental);
                    Hold(rental.Buffer);
                    break;
                case 2 when _rentals.Count > 0:
                    pool.Return(Take(_rentals));
                    break;
                case 3 when _rentals.Count > 0:
                    PlatformBuffer parent = _rentals[_random.Next(_rentals.Count)].Buffer;
                    PlatformBuffer slice = parent.Slice();
                    _slices.Add(slice);
                    Hold(slice);
                    break;
                case 4 when _slices.Count > 0:
                    Take(_slices).Dispose();
                    break;
                case 5 when _pins.Count > 3:
                    Take(_pins).Dispose();
                    break;
                case 5 when _slices.Count > 0:
                    _pins.Add(_slices[_random.Next(_slices.Count)].Pin());
                    break;
                default:
                    break;
            }

            _holders.RemoveAll(static holder => !holder.IsLive());
        }

        // New memory overlaps none that a rental or a slice can still see.
        private unsafe void Check(PlatformBuffer fresh)
        {
            Span<byte> bytes = fresh.RemainingSpan;
            foreach (Holder holder in _holders)
            {
                bool overlaps = bytes.Overlaps(holder.Buffer.RemainingSpan);
                Assert.False(overlaps, $"Memory was given out twice with seed {seed}.");
            }

            // All of them begin at the first byte of their memory.
            using MemoryHandle pin = fresh.Pin();
            foreach (MemoryHandle held in _pins)
                Assert.True(held.Pointer != pin.Pointer, $"Pinned memory went round: seed {seed}.");
        }

        private void Hold(PlatformBuffer buffer) => _holders.Add(new Holder(buffer));

        private T Take<T>(List<T> list)
        {
            int index = _random.Next(list.Count);
            T item = list[index];
            list.RemoveAt(index);
            return item;
        }
    }

    private sealed class Holder(PlatformBuffer buffer)
    {
        private readonly int _generation = buffer.Generation;

        public PlatformBuffer Buffer => buffer;

        public bool IsLive() =>
            buffer.Generation == _generation && buffer.Ownership.IsCurrent(_generation);
    }
}
