using System.Numerics;
using System.Runtime.CompilerServices;

namespace Sluice.Memory;

/// <summary>The sizes of blocks: the powers of two from 256 B to 1 MiB.</summary>
internal static class SizeClasses
{
    public const int SizeMin = 256;
    public const int SizeMax = 1024 * 1024;
    public const int Count = 13;

    /// <summary>The class of a length from 1 to <see cref="SizeMax"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int IndexOf(int length) =>
        24 - BitOperations.LeadingZeroCount((uint)(length - 1) | (SizeMin - 1));

    public static int SizeOf(int index) => SizeMin << index;
}
