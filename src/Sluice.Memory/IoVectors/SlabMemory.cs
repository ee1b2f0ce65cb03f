using System.Runtime.InteropServices;
using Sluice.Memory.Interop;

namespace Sluice.Memory;

/// <summary>
/// Memory in whole pages for slabs and block headers. On Linux it comes from the kernel: what was
/// never touched is not resident, and what is freed is gone.
/// </summary>
internal static unsafe class SlabMemory
{
    public const nuint HugePageSize = 2 * 1024 * 1024;
    private const string TransparentHugePages = "/sys/kernel/mm/transparent_hugepage/enabled";
    private const int Access = Libc.PROT_READ | Libc.PROT_WRITE;
    private const int Private = Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS;

    public static readonly nuint PageSize = (nuint)Environment.SystemPageSize;

    /// <summary>Null if there is none.</summary>
    public static byte* Allocate(nuint size, IoHugePages wanted, out SlabPages pages)
    {
        if (!OperatingSystem.IsLinux())
        {
            pages = SlabPages.NativeHeap;
            return AllocateNative(size);
        }

        bool fitsHuge = size % HugePageSize == 0 && wanted != IoHugePages.None;
        if (fitsHuge && wanted == IoHugePages.Auto)
        {
            nint pool = Libc.Map(0, size, Access, Private | Libc.MAP_HUGETLB, -1, 0);
            if (pool != Libc.MAP_FAILED)
            {
                pages = SlabPages.HugePool;
                return (byte*)pool;
            }
        }

        pages = SlabPages.Base;
        nint address = fitsHuge ? MapAligned(size) : Libc.Map(0, size, Access, Private, -1, 0);
        if (address == Libc.MAP_FAILED)
            return null;

        if (fitsHuge
            && Libc.Advise(address, size, Libc.MADV_HUGEPAGE) == 0
            && AreTransparentHugePagesOn(TransparentHugePages))
        {
            pages = SlabPages.TransparentHuge;
        }

        return (byte*)address;
    }

    public static void Free(byte* address, nuint size)
    {
        if (OperatingSystem.IsLinux())
            _ = Libc.Unmap((nint)address, size);
        else
            NativeMemory.AlignedFree(address);
    }

    /// <summary>Makes the pages resident now; later the first touch of each would.</summary>
    public static void Populate(byte* address, nuint size)
    {
        nuint skip = (nuint)address % PageSize;
        byte* first = address - skip;
        bool isDone = OperatingSystem.IsLinux()
            && Libc.Advise((nint)first, size + skip, Libc.MADV_POPULATE_WRITE) == 0;
        if (!isDone)
            Touch(first, size + skip);
    }

    /// <summary>Writes to each page from that one on, for kernels before 5.14.</summary>
    internal static void Touch(byte* page, nuint size)
    {
        // A write of what is there: the pages may be in use.
        for (nuint offset = 0; offset < size; offset += PageSize)
            Interlocked.Or(ref *(int*)(page + offset), 0);
    }

    /// <summary>Gives the pages back, keeps the addresses, and leaves zeros.</summary>
    public static void Clear(byte* address, nuint size)
    {
        bool isDone = OperatingSystem.IsLinux()
            && Libc.Advise((nint)address, size, Libc.MADV_DONTNEED) == 0;
        if (!isDone)
            NativeMemory.Clear(address, size);
    }

    /// <summary>
    /// Of a mapping that is a huge page longer than that size, unmaps all but that size from the
    /// first huge page on.
    /// </summary>
    internal static nint CutToAligned(nint mapped, nuint size)
    {
        nuint before = (HugePageSize - ((nuint)mapped % HugePageSize)) % HugePageSize;
        nint address = mapped + (nint)before;
        if (before > 0)
            _ = Libc.Unmap(mapped, before);

        // Never nothing: before is less than a huge page.
        _ = Libc.Unmap(address + (nint)size, HugePageSize - before);
        return address;
    }

    /// <summary>madvise succeeds whether or not the machine has them switched off.</summary>
    /// <param name="settings">The kernel's file.</param>
    internal static bool AreTransparentHugePagesOn(string settings)
    {
        try
        {
            return File.Exists(settings)
                && !File.ReadAllText(settings).Contains("[never]", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static byte* AllocateNative(nuint size)
    {
        try
        {
            void* address = NativeMemory.AlignedAlloc(size, PageSize);
            NativeMemory.Clear(address, size);
            return (byte*)address;
        }
        catch (OutOfMemoryException)
        {
            return null;
        }
    }

    // The kernel joins pages within aligned huge ones only.
    private static nint MapAligned(nuint size)
    {
        nint mapped = Libc.Map(0, size + HugePageSize, Access, Private, -1, 0);
        return mapped == Libc.MAP_FAILED ? mapped : CutToAligned(mapped, size);
    }
}
