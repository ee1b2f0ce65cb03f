using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sluice.Memory.Stress.Buffers;

/// <summary>One thread that makes, cuts, pins, hands over and ends buffers at random.</summary>
internal sealed class BufferWorker(
    BufferPools pools,
    BufferBooks books,
    ConcurrentQueue<Holding> handedOver,
    ConcurrentQueue<PinnedBytes> handedPins,
    int seed)
{
    private const int HoldingsMax = 48;
    private const int PinsMax = 24;
    private const int OperationsPerCount = 1000;
    private const int LossesPerOperations = 50_000;
    private const int LossesMax = 500;

    private readonly Random _random = new(seed);
    private readonly List<Holding> _holdings = [];
    private readonly List<PinnedBytes> _pins = [];
    private readonly List<Task> _leaving = [];

    /// <summary>Works until it is told to stop, then ends all that it has.</summary>
    public void Run(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            for (int i = 0; i < OperationsPerCount; i++)
                Step();
            books.OnOperations(OperationsPerCount);
            _leaving.RemoveAll(static task => task.IsCompletedSuccessfully);
        }

        while (_holdings.Count > 0)
            End(Take(_holdings));
        while (handedOver.TryDequeue(out Holding? holding))
            End(holding);
        while (_pins.Count > 0)
            Take(_pins).End();
        while (handedPins.TryDequeue(out PinnedBytes? pin))
            pin.End();
    }

    /// <summary>Whether all scopes that were left have ended, after all threads have.</summary>
    public bool HaveScopesEnded()
    {
        // Their continuations are on the thread pool.
        return Task.WaitAll([.. _leaving], TimeSpan.FromSeconds(30));
    }

    private void Step()
    {
        switch (_random.Next(16))
        {
            case < 5 when _holdings.Count < HoldingsMax:
                Make();
                break;
            case 5 or 6 when _holdings.Count > 0:
                Slice(_holdings[_random.Next(_holdings.Count)]);
                break;
            case 7 when _holdings.Count > 0 && _pins.Count < PinsMax:
                Pin(_holdings[_random.Next(_holdings.Count)]);
                break;
            case 8 or 9 when _pins.Count > 0:
                EndOrHandOver(Take(_pins));
                break;
            case 10 when _holdings.Count > 0:
                HandOver(Take(_holdings));
                break;
            case 11 when handedOver.TryDequeue(out Holding? holding):
                End(holding);
                break;
            case 12:
                Fail();
                break;
            default:
                if (_holdings.Count > 0)
                    End(Take(_holdings));
                break;
        }
    }

    private int NextSize() => _random.Next(64) switch
    {
        0 => _random.Next(1, 2 << 20),
        < 8 => _random.Next(1, 64 << 10),
        _ => _random.Next(1, 4096),
    };

    private void Make()
    {
        byte pattern = (byte)_random.Next(256);
        int size = NextSize();
        Holding? holding = _random.Next(10) switch
        {
            < 5 => Rent(size, pattern),
            5 or 6 => Allocate(size, pattern),
            7 => Scope(size, pattern),
            8 => new Holding(Wrap(size), pattern),
            _ => new Holding(PlatformBuffer.Wrap(new byte[size]), pattern),
        };
        if (holding is null)
            return;

        holding.Fill();
        _holdings.Add(holding);
    }

    private Holding? Rent(int size, byte pattern)
    {
        BufferPool pool = pools.Pick(_random);
        try
        {
            if (pool.TryRent(size, out PooledBuffer rental))
            {
                return new Holding(rental.Buffer, pattern)
                {
                    Pool = pool,
                    Rental = rental,
                    IsOfAPool = true,
                };
            }

            books.OnFailure();
        }
        catch (ObjectDisposedException)
        {
            books.OnFailure();
        }

        return null;
    }

    private Holding Allocate(int size, byte pattern) => new(
        PlatformBuffer.Allocate(
            size, _random.Next(4) == 0 ? AllocationZone.Heap : AllocationZone.Direct),
        pattern);

    private Holding Scope(int size, byte pattern)
    {
        var scope = new BufferScope();
        var holding = new Holding(scope.Allocate(size), pattern) { Scope = scope };
        for (int i = _random.Next(8); i > 0; i--)
        {
            ScopedBuffer other = scope.AllocateAligned(_random.Next(1, 600), 1 << _random.Next(8));
            other.RemainingSpan.Fill(pattern);
            holding.Slices.Add(other);
        }

        return holding;
    }

    private unsafe NativeBuffer Wrap(int size)
    {
        books.OnWrapped();
        return PlatformBuffer.Wrap((nint)NativeMemory.Alloc((nuint)size), (nuint)size, Release);
    }

    private unsafe void Release(nint address, nuint size)
    {
        books.OnReleased();
        NativeMemory.Fill((void*)address, size, 0xEE);
        NativeMemory.Free((void*)address);
    }

    private void Slice(Holding holding)
    {
        int start = _random.Next(holding.Buffer.Capacity);
        int length = _random.Next(holding.Buffer.Capacity - start) + 1;
        PlatformBuffer slice = holding.Buffer.Slice(start, length);
        if (holding.IsOfAPool)
            _holdings.Add(new Holding(slice, holding.Pattern) { IsOfAPool = true });
        else
            holding.Slices.Add(slice);
    }

    private void Pin(Holding holding)
    {
        int index = _random.Next(holding.Buffer.Capacity);
        holding.IsPinned = true;
        _pins.Add(new PinnedBytes(
            holding.Buffer.Pin(index), holding.Buffer.Capacity - index, holding.Pattern));
    }

    private void EndOrHandOver(PinnedBytes pin)
    {
        if (_random.Next(2) == 0)
        {
            pin.End();
            return;
        }

        handedPins.Enqueue(pin);
        if (handedPins.Count > PinsMax && handedPins.TryDequeue(out PinnedBytes? other))
            other.End();
    }

    // Bounded: threads that give as often as they take would hold more and more by chance.
    private void HandOver(Holding holding)
    {
        handedOver.Enqueue(holding);
        if (handedOver.Count > HoldingsMax && handedOver.TryDequeue(out Holding? other))
            End(other);
    }

    private void End(Holding holding)
    {
        Task ended = holding.End(_random);
        if (!ended.IsCompletedSuccessfully)
            _leaving.Add(ended);
    }

    private void Fail()
    {
        int what = _random.Next(LossesPerOperations / 16);
        if (what == 0 && books.LostCount < LossesMax)
            Lose();
        else if (what == 1)
            pools.Replace();
        else if (what < 100)
            FailToAllocate();
    }

    private void FailToAllocate()
    {
        try
        {
            NativeBuffer.Allocate(long.MaxValue / 2);
        }
        catch (OutOfMemoryException)
        {
            books.OnFailure();
            return;
        }

        throw new CorruptionException("There was more memory than there is.");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Lose()
    {
        books.OnLost();
        if (_random.Next(2) == 0)
            NativeBuffer.Allocate(_random.Next(1, 4096)).WriteByte(1);
        else if (Rent(_random.Next(1, 4096), 1) is { } lost)
            lost.Buffer.Slice().WriteByte(1);
        else
            NativeBuffer.Allocate(_random.Next(1, 4096)).WriteByte(1);
    }

    private T Take<T>(List<T> list)
    {
        int index = _random.Next(list.Count);
        T item = list[index];
        list[index] = list[^1];
        list.RemoveAt(list.Count - 1);
        return item;
    }
}
