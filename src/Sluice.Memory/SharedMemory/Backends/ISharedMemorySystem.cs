namespace Sluice.Memory;

/// <summary>
/// The system calls behind shared memory. Each returns zero or more, or <c>-errno</c>.
/// </summary>
internal interface ISharedMemorySystem
{
    int CreateMemfd(string name, uint flags);

    int OpenShm(string name, int flags, uint mode);

    int UnlinkShm(string name);

    int Open(string path, int flags, uint mode);

    int Unlink(string path);

    int Truncate(int fd, long size);

    int Allocate(int fd, long size);

    int GetSeals(int fd);

    int AddSeals(int fd, int seals);

    int Stat(int fd, out FileFacts facts);

    nint Map(nuint length, int protection, int flags, int fd, long offset);

    int Unmap(nint address, nuint length);

    int Sync(nint address, nuint length);

    int Advise(nint address, nuint length, int advice);
}
