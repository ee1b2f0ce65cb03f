using System.Runtime.InteropServices;

namespace Sluice.Uring;

/// <summary>
/// One futex of a wait for several: the kernel's <c>struct futex_waitv</c>
/// (<c>futex_waitv(2)</c>).
/// </summary>
/// <param name="Expected">The value that the futex must hold for the wait to begin.</param>
/// <param name="Address">The futex's address.</param>
/// <param name="Flags">What it is.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct FutexWaiter(ulong Expected, ulong Address, FutexFlags Flags)
{
    // Keeps the size right; the kernel wants zero.
    private readonly uint _reserved;
}
