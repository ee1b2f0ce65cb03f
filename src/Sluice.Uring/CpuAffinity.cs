using System.Numerics;
using System.Runtime.InteropServices;
using Sluice.Uring.Interop;

namespace Sluice.Uring;

/// <summary>On which CPUs threads may run (<c>sched_setaffinity(2)</c>).</summary>
public static unsafe class CpuAffinity
{
    private const int BitsPerWord = 64;
    private const int WordsMax = 1024;

    /// <summary>
    /// Binds the calling thread to one CPU. Best effort: a failure is a value, and the thread
    /// goes on where it was.
    /// </summary>
    /// <returns>
    /// <see cref="Errno.None"/>; <see cref="Errno.EINVAL"/> if there is no such CPU or it is not
    /// allowed; <see cref="Errno.ENOSYS"/> where this is not Linux.
    /// </returns>
    public static Errno PinCurrentThread(int cpu)
    {
        if (!OperatingSystem.IsLinux())
            return Errno.ENOSYS;
        if (cpu is < 0 or >= WordsMax * BitsPerWord)
            return Errno.EINVAL;

        ulong[] mask = MaskOf([cpu]);
        fixed (ulong* data = mask)
        {
            return Libc.SetAffinity(0, (nuint)mask.Length * sizeof(ulong), data) == 0
                ? Errno.None
                : (Errno)Marshal.GetLastPInvokeError();
        }
    }

    /// <summary>
    /// The CPUs that the process may run on, in ascending order; empty if that is unknown.
    /// Containers and <c>taskset</c> can make them fewer than the machine has.
    /// </summary>
    public static IReadOnlyList<int> GetAllowedCpus()
    {
        if (!OperatingSystem.IsLinux())
            return [];

        // The kernel refuses a mask that is shorter than its own, and does not say how long it is.
        for (int words = 16; words <= WordsMax; words *= 2)
        {
            var mask = new ulong[words];
            fixed (ulong* data = mask)
            {
                nuint size = (nuint)words * sizeof(ulong);
                if (Libc.GetAffinity(Environment.ProcessId, size, data) == 0)
                    return Decode(mask);
            }
        }

        return [];
    }

    internal static ulong[] MaskOf(ReadOnlySpan<int> cpus)
    {
        int last = 0;
        foreach (int cpu in cpus)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(cpu, nameof(cpus));
            last = Math.Max(last, cpu);
        }

        var mask = new ulong[(last / BitsPerWord) + 1];
        foreach (int cpu in cpus)
            mask[cpu / BitsPerWord] |= 1ul << (cpu % BitsPerWord);
        return mask;
    }

    private static List<int> Decode(ReadOnlySpan<ulong> mask)
    {
        var cpus = new List<int>();
        for (int word = 0; word < mask.Length; word++)
        {
            for (ulong rest = mask[word]; rest != 0; rest &= rest - 1)
                cpus.Add((word * BitsPerWord) + BitOperations.TrailingZeroCount(rest));
        }

        return cpus;
    }
}
