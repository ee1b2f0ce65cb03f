using System.Runtime.CompilerServices;

namespace Sluice.Memory.Interop;

/// <summary>
/// Tells in three instructions whether the running thread is a certain one: whether its stack
/// pointer lies in that thread's stack.
/// </summary>
/// <remarks>
/// A window is the lowest address of the uppermost <see cref="WindowSize"/> bytes of a stack. A
/// thread that runs deeper than that is not recognised by its stack pointer, nor is one whose
/// stack is smaller or, on another system, unknown: <see cref="IsCurrent"/> then compares the
/// window as a mere name, which is slower and always right. Reading a thread-static name at every
/// operation instead costs 0.5 to 0.8 ns each time, measured, which is as much as the rest of a
/// clone and its release.
/// </remarks>
internal static unsafe class ThreadStack
{
    /// <summary>A power of two: see <see cref="BlockWord.CountLimit"/>.</summary>
    public const uint WindowSize = 256 * 1024;

    /// <summary>A window that no thread runs in and no thread has the name of.</summary>
    public static readonly nuint NoWindow = unchecked((nuint)(1UL << 62));

    // Above every address of a process: names that are no stack's.
    private static readonly nuint NameOnly = unchecked((nuint)(1UL << 63));

    [ThreadStatic]
    private static nuint _current;

    /// <summary>The window of this thread, or a name that only it has.</summary>
    public static nuint Current => _current == 0 ? _current = Find() : _current;

    /// <summary>True means: this thread is the one of the window. False means nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsIn(nuint window) => Offset(window) < WindowSize;

    /// <summary>Where in the window this thread is; outside it is not less than its size.
    /// </summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Offset(nuint window)
    {
        byte probe;
        return (nuint)(&probe) - window;
    }

    /// <summary>Whether this thread is the one of the window.</summary>
    public static bool IsCurrent(nuint window) => IsIn(window) || window == Current;

    private static nuint Find()
    {
        nuint name = NameOnly | (nuint)Environment.CurrentManagedThreadId;
        if (!OperatingSystem.IsLinux())
            return name;

        // pthread_attr_t has 56 or 64 bytes; the C libraries differ in what is inside only.
        ulong* attributes = stackalloc ulong[32];
        nuint lowest;
        nuint size;
        try
        {
            if (Libc.ThreadAttributes(Libc.ThreadSelf(), attributes) != 0)
                return name;

            bool isKnown = Libc.AttributesStack(attributes, &lowest, &size) == 0;
            _ = Libc.DestroyAttributes(attributes);
            return isKnown && size >= WindowSize ? lowest + size - WindowSize : name;
        }
        catch (EntryPointNotFoundException)
        {
            return name;
        }
    }
}
