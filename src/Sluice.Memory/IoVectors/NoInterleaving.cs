using System.Runtime.CompilerServices;

namespace Sluice.Memory;

/// <summary>Threads take turns as the machine has it.</summary>
internal readonly struct NoInterleaving : IInterleaving
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Step()
    {
    }
}
