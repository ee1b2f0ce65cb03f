using System.Runtime.CompilerServices;

namespace Sluice.Memory.Tests.Buffers.Pools;

/// <summary>What a thread leaves to the one that gets its number after it.</summary>
public sealed class BufferPoolHeirTests
{
    private const int Size = 8192;

    [Fact]
    public void Rent_OnTheThreadThatGotTheNumberOfADeadOne_GetsWhatItLeft()
    {
        Assert.SkipWhen(BufferTrace.IsEnabled, "Traced memory is not given out again.");
        using var pool = new BufferPool();
        nint left = 0;
        int number = RunOnANewThread(() => left = RentAndReturn(pool));

        nint inherited = 0;
        nint again = 0;
        bool hasHeir = TryRunOnTheHeir(number, () =>
        {
            inherited = RentDeeper(pool);
            again = RentDeeper(pool);
        });

        Assert.SkipUnless(hasHeir, "The runtime gave the number to nobody.");
        Assert.Equal((left, left), (inherited, again));
        Assert.Equal(1, pool.GetStatistics().AllocationCount);
        Assert.True(Assert.Single(pool.Table, shelf => shelf is not null)!.IsInherited);
    }

    // Other tests' threads take numbers, too; so many attempts are more than are needed.
    private static bool TryRunOnTheHeir(int number, Action action)
    {
        const int AttemptsMax = 500;
        bool hasRun = false;
        for (int attempt = 0; attempt < AttemptsMax && !hasRun; attempt++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            RunOnANewThread(() =>
            {
                if (Environment.CurrentManagedThreadId != number)
                    return;

                action();
                hasRun = true;
            });
        }

        return hasRun;
    }

    // Not inlined: the number is free once nothing refers to the thread.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int RunOnANewThread(Action action)
    {
        var thread = new Thread(() => action());
        thread.Start();
        thread.Join();
        return thread.ManagedThreadId;
    }

    // The stack of the dead thread may be the heir's: it must not take this for its own spot.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static unsafe nint RentDeeper(BufferPool pool)
    {
        byte* room = stackalloc byte[64 << 10];
        room[0] = 1;
        nint address = RentAndReturn(pool);
        return room[0] == 1 ? address : 0;
    }

    private static nint RentAndReturn(BufferPool pool)
    {
        using PooledBuffer rental = pool.Rent(Size);
        return ((INativeMemoryAccess)rental.Buffer).NativeAddress;
    }
}
