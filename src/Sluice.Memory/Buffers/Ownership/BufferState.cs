using System.Runtime.CompilerServices;

namespace Sluice.Memory;

/// <summary>The steps that the state of a <see cref="BufferMemory"/> can take.</summary>
/// <remarks>
/// <code>
///   63     62 ............ 32   31 ............ 0
///   open   pins                 generation
/// </code>
/// They are functions of the state alone, so that a test can walk through every order in which
/// threads might take them.
/// </remarks>
internal static class BufferState
{
    /// <summary>No buffer that is open has this generation.</summary>
    public const int NoGeneration = 0;

    /// <summary>Of memory that had no life yet.</summary>
    public const long Initial = 1;

    private const long OpenBit = long.MinValue;
    private const long OnePin = 1L << 32;
    private const long PinsMask = long.MaxValue & ~0xFFFF_FFFFL;

    /// <summary>The generation of those who may use the memory now.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Generation(long state) => (int)state;

    /// <summary>Whether neither a buffer nor a pin uses the memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsUnused(long state) => (state & ~0xFFFF_FFFFL) == 0;

    /// <summary>The state with one pin more, if it is open and of this generation.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryPin(long state, int generation, out long next)
    {
        next = state + OnePin;
        return state < 0 && (int)state == generation;
    }

    /// <summary>The state with one pin less, if there is one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryUnpin(long state, out long next)
    {
        next = state - OnePin;
        return (state & PinsMask) != 0;
    }

    /// <summary>The closed state, if it is open and of this generation.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryClose(long state, int generation, out long next)
    {
        next = (state & PinsMask) | Closed(generation);
        return state < 0 && (int)state == generation;
    }

    /// <summary>Without pins, and closed when it was of this generation.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Closed(int generation)
    {
        // -1 is the last one; zero is left out.
        uint following = (uint)generation + 1;
        return following + (following == 0 ? 1u : 0u);
    }

    /// <summary>Open and without pins.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Opened(int generation) => OpenBit | (uint)generation;

    /// <summary>The state of the next life. The memory is unused.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Open(long state) => state | OpenBit;
}
