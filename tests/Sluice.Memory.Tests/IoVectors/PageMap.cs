using System.Runtime.InteropServices;
using Sluice.Memory.Interop;

namespace Sluice.Memory.Tests.IoVectors;

/// <summary>What the kernel says of addresses of this process.</summary>
internal static unsafe partial class PageMap
{
    public const int PolicyDefault = 0;
    public const int PolicyPreferred = 1;

    private static readonly int Page = Environment.SystemPageSize;

    /// <summary>Whether all of it is mapped: mincore(2) knows all of its pages.</summary>
    public static bool IsMapped(nint address, nint length) =>
        AreResident(address, (nuint)length, new byte[(length + Page - 1) / Page]) == 0;

    /// <summary>How many of its pages have memory.</summary>
    public static int CountResident(nint address, nint length)
    {
        byte[] pages = new byte[(length + Page - 1) / Page];
        Assert.Equal(0, AreResident(address, (nuint)length, pages));
        return pages.Count(static page => (page & 1) != 0);
    }

    /// <summary>Whether the address has the advice to take huge pages: proc_pid_smaps(5).</summary>
    public static bool IsAdvisedHuge(nint address)
    {
        bool isIt = false;
        foreach (string line in File.ReadLines("/proc/self/smaps"))
        {
            if (line.StartsWith("VmFlags:", StringComparison.Ordinal))
            {
                if (isIt)
                    return line.Contains(" hg", StringComparison.Ordinal);
            }
            else if (char.IsAsciiHexDigitLower(line[0]))
            {
                string[] ends = line.Split(' ')[0].Split('-');
                isIt = address >= Convert.ToInt64(ends[0], 16)
                    && address < Convert.ToInt64(ends[1], 16);
            }
        }

        return false;
    }

    /// <summary>How the kernel chooses the node of new pages there: get_mempolicy(2).</summary>
    public static int PolicyOf(nint address)
    {
        const int MaskBits = 1024;
        const int OfAddress = 2;
        nint number =
            RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 239 : 236;
        ulong* mask = stackalloc ulong[MaskBits / 64];
        int mode = 0;
        nint result = Libc.Syscall(
            number, (nint)(&mode), (nint)mask, MaskBits, address, OfAddress, 0);
        Assert.SkipUnless(result == 0, "The kernel does not tell policies of memory.");
        return mode;
    }

    [LibraryImport("libc", EntryPoint = "mincore")]
    private static partial int AreResident(nint address, nuint length, [Out] byte[] pages);
}
