namespace Sluice.Memory.Tests.Buffers.Pools;

/// <summary>Two threads that do something at the same moment, again and again.</summary>
internal static class Race
{
    private const int SpinsMax = 2000;
    private const int DelaysMax = 1024;

    /// <summary>Runs the races.</summary>
    /// <param name="count">How many.</param>
    /// <param name="prepare">Before each, with its number; the calling thread.</param>
    /// <param name="here">What the calling thread does.</param>
    /// <param name="there">What the other does at the same moment.</param>
    /// <param name="check">After each; the calling thread.</param>
    public static void Run(
        int count, Action<int> prepare, Action here, Action there, Action check)
    {
        int arrivedCount = 0;
        bool isOver = false;
        var other = new Thread(() =>
        {
            for (int i = 0; i < count; i++)
            {
                Meet(ref arrivedCount, (4 * i) + 2, ref isOver);
                if (Volatile.Read(ref isOver))
                    return;
                there();
                Meet(ref arrivedCount, (4 * i) + 4, ref isOver);
            }
        });
        other.Start();
        try
        {
            for (int i = 0; i < count; i++)
            {
                prepare(i);
                Meet(ref arrivedCount, (4 * i) + 2, ref isOver);
                Wait(i % DelaysMax);
                here();
                Meet(ref arrivedCount, (4 * i) + 4, ref isOver);
                check();
            }
        }
        finally
        {
            Volatile.Write(ref isOver, true);
            other.Join();
        }
    }

    // Who meets the other last knows it first; so this one is late by all distances in turn.
    private static void Wait(int count)
    {
        int turn = 0;
        while (Volatile.Read(ref turn) < count)
            turn++;
    }

    // Spins, because a thread that has to be woken comes too late.
    private static void Meet(ref int arrivedCount, int untilCount, ref bool isOver)
    {
        Interlocked.Increment(ref arrivedCount);
        int spins = 0;
        while (Volatile.Read(ref arrivedCount) < untilCount && !Volatile.Read(ref isOver))
        {
            if (++spins > SpinsMax)
                Thread.Yield();
        }
    }
}
