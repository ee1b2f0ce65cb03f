using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Sluice.Memory;

/// <summary>Makes objects by <c>shm_open(3)</c>, and takes their names away at once.</summary>
internal sealed class PosixShmMaker(ISharedMemorySystem system) : ISharedMemoryMaker
{
    public SharedMemoryBackend Backend => SharedMemoryBackend.PosixShm;

    public int TryMake(long size, SharedMemoryOptions options, out MadeObject made)
    {
        int result = TryCreate(out SafeFileHandle? handle);
        if (result == 0)
            result = ObjectSize.TrySet(system, handle!, size, options.IsSparse);
        if (result != 0)
        {
            handle?.Dispose();
            handle = null;
        }

        made = new MadeObject(handle, HasHugePages: false);
        return result;
    }

    private int TryCreate(out SafeFileHandle? handle)
    {
        handle = null;
        int fd = -OpenFlags.EEXIST;
        for (int i = 0; i < OpenFlags.NamesMax && fd == -OpenFlags.EEXIST; i++)
        {
            // 24 characters; the shortest limit of a system is 31.
            string name = "/sluice-" + RandomNumberGenerator.GetHexString(16, lowercase: true);
            fd = system.OpenShm(name, OpenFlags.CreateNew, OpenFlags.OwnerOnly);
            if (fd >= 0)
                _ = system.UnlinkShm(name);
        }

        if (fd < 0)
            return fd;

        handle = new SafeFileHandle(fd, ownsHandle: true);
        return 0;
    }
}
