using System.Runtime.CompilerServices;

namespace Sluice.Memory;

/// <summary>Where on its stack a thread is: a cheap proof of which thread it is.</summary>
/// <remarks>
/// To ask the runtime is a call, as dear as a compare-and-swap; the address of a local variable
/// is in a register already. Between the stacks of two live threads lies a guard page, of 4 KiB or
/// more, that nobody can be on. So two addresses that are nearer to each other are of one stack:
/// where a thread has noted its spot, whoever finds himself near is the same thread, or the
/// one that got its stack after it had ended. The reverse does not hold: the same thread may be
/// elsewhere. Addresses are compared and never followed.
/// </remarks>
internal static class StackSpot
{
    private const int PageLog = 12;
    private const nint Reach = (1 << PageLog) - 1;

    /// <summary>The address of a local variable of this method, or of its caller.</summary>
    public static nint Here
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        [SkipLocalsInit]
        get
        {
            unsafe
            {
                byte local;
                return (nint)(&local);
            }
        }
    }

    /// <summary>Whether both are of one stack for sure.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreNear(nint left, nint right) =>
        (nuint)(left - right + Reach) <= (nuint)(2 * Reach);

    /// <summary>A number that spreads the spots of threads, whose stacks lie at like distances.
    /// </summary>
    /// <param name="spot">A spot; those of one page have the same number.</param>
    /// <param name="bits">Of the number.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Spread(nint spot, int bits) =>
        (int)(((ulong)(spot >> PageLog) * 0x9E3779B97F4A7C15) >> (64 - bits));
}
