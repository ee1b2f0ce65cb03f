using System.Text.Unicode;
using Microsoft.Win32.SafeHandles;

namespace Sluice.Memory;

/// <summary>Makes objects by <c>memfd_create(2)</c>.</summary>
internal sealed class MemfdMaker(ISharedMemorySystem system) : ISharedMemoryMaker
{
    private const uint MFD_CLOEXEC = 1;
    private const uint MFD_ALLOW_SEALING = 2;
    private const uint MFD_HUGETLB = 4;
    private const uint MFD_NOEXEC_SEAL = 8;
    private const uint Always = MFD_CLOEXEC | MFD_ALLOW_SEALING;
    private const long HugePageSize = 2 << 20;
    private const int EINVAL = 22;
    private const int NameByteCountMax = 249;

    public SharedMemoryBackend Backend => SharedMemoryBackend.Memfd;

    public int TryMake(long size, SharedMemoryOptions options, out MadeObject made)
    {
        if (options.HugePages && size > 0 && size <= long.MaxValue - HugePageSize)
        {
            long whole = (size + HugePageSize - 1) / HugePageSize * HugePageSize;
            SafeFileHandle? huge = null;

            // Allocating takes the pages now. Without it the first touch of a page that is not
            // there would end the process.
            if (TryCreate(options.Name, MFD_HUGETLB, out huge) == 0
                && ObjectSize.TrySet(system, huge!, whole, isSparse: false) == 0)
            {
                made = new MadeObject(huge, HasHugePages: true);
                return 0;
            }

            huge?.Dispose();
        }

        int result = TryCreate(options.Name, 0, out SafeFileHandle? handle);
        if (result == 0)
            result = ObjectSize.TrySet(system, handle!, size, isSparse: true);
        if (result != 0)
        {
            handle?.Dispose();
            handle = null;
        }

        made = new MadeObject(handle, HasHugePages: false);
        return result;
    }

    private int TryCreate(string name, uint flags, out SafeFileHandle? handle)
    {
        Span<byte> bytes = stackalloc byte[NameByteCountMax];
        _ = Utf8.FromUtf16(name, bytes, out int length, out _);
        name = name[..length];
        int fd = system.CreateMemfd(name, Always | flags | MFD_NOEXEC_SEAL);
        if (fd == -EINVAL)
            fd = system.CreateMemfd(name, Always | flags); // Linux before 6.3.

        handle = fd < 0 ? null : new SafeFileHandle(fd, ownsHandle: true);
        return Math.Min(fd, 0);
    }
}
