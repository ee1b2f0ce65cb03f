using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Sluice.Memory;

/// <summary>Makes files without a name, in the folder for temporary files.</summary>
internal sealed class TemporaryFileMaker(ISharedMemorySystem system) : ISharedMemoryMaker
{
    public SharedMemoryBackend Backend => SharedMemoryBackend.TemporaryFile;

    public int TryMake(long size, SharedMemoryOptions options, out MadeObject made)
    {
        string directory = options.TemporaryDirectory ?? Path.GetTempPath();
        int result = TryCreate(directory, out SafeFileHandle? handle);
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

    private int TryCreate(string directory, out SafeFileHandle? handle)
    {
        handle = null;
        int fd = system.Open(directory, OpenFlags.CreateUnnamed, OpenFlags.OwnerOnly);

        // Not every file system has files without a name, and kernels say so in several ways.
        if (fd < 0)
            fd = CreateNamed(directory);
        if (fd < 0)
            return fd;

        handle = new SafeFileHandle(fd, ownsHandle: true);
        return 0;
    }

    private int CreateNamed(string directory)
    {
        int fd = -OpenFlags.EEXIST;
        for (int i = 0; i < OpenFlags.NamesMax && fd == -OpenFlags.EEXIST; i++)
        {
            string name = "sluice-" + RandomNumberGenerator.GetHexString(16, lowercase: true);
            string path = Path.Combine(directory, name);
            fd = system.Open(path, OpenFlags.CreateNew, OpenFlags.OwnerOnly);
            if (fd >= 0)
                _ = system.Unlink(path);
        }

        return fd;
    }
}
