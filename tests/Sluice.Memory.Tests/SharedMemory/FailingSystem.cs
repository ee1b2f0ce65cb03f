namespace Sluice.Memory.Tests.Shared;

/// <summary>
/// The calls of Linux, of which some fail, and what they were called with. Errors are positive;
/// zero does not fail.
/// </summary>
internal sealed class FailingSystem : ISharedMemorySystem
{
    private const int EINTR = 4;
    private const int Unnamed = 0x400000; // O_TMPFILE
    private const uint MFD_HUGETLB = 4;
    private readonly LinuxSharedMemorySystem _real = LinuxSharedMemorySystem.Instance;

    public int MemfdError { get; init; }

    public int ShmError { get; init; }

    public int UnnamedError { get; init; }

    public int OpenError { get; init; }

    public int TruncateError { get; init; }

    public int AllocateError { get; set; }

    public int MapError { get; init; }

    public int StatError { get; init; }

    /// <summary>How many more times a signal interrupts <c>fallocate</c>.</summary>
    public int Interruptions { get; set; }

    /// <summary>What happens while <c>statx</c> runs.</summary>
    public Action? OnStat { get; set; }

    /// <summary>Whether ordinary pages pass for huge ones.</summary>
    public bool FakesHugePages { get; init; }

    /// <summary>Flags that <c>memfd_create</c> does not know.</summary>
    public uint UnknownMemfdFlags { get; init; }

    /// <summary>How many more names exist already.</summary>
    public int NamesTaken { get; set; }

    /// <summary>Names that were made and not taken away.</summary>
    public List<string> Names { get; } = [];

    /// <summary>All names that were to be made.</summary>
    public List<string> NamesTried { get; } = [];

    public List<(string Name, uint Flags)> Memfds { get; } = [];

    public List<long> Allocations { get; } = [];

    public List<(nint Address, nuint Length)> Unmaps { get; } = [];

    public List<(nint Address, nuint Length)> Syncs { get; } = [];

    public List<(nint Address, nuint Length, int Advice)> Advices { get; } = [];

    public int CreateMemfd(string name, uint flags)
    {
        const int EINVAL = 22;
        Memfds.Add((name, flags));
        if (FakesHugePages)
            flags &= ~MFD_HUGETLB;
        if (MemfdError != 0)
            return -MemfdError;
        return (flags & UnknownMemfdFlags) != 0 ? -EINVAL : _real.CreateMemfd(name, flags);
    }

    public int OpenShm(string name, int flags, uint mode)
    {
        if (ShmError != 0)
            return -ShmError;
        if (IsNameTaken(name))
            return -OpenFlags.EEXIST;

        Names.Add(name);
        return _real.OpenShm(name, flags, mode);
    }

    public int UnlinkShm(string name)
    {
        Names.Remove(name);
        return _real.UnlinkShm(name);
    }

    public int Open(string path, int flags, uint mode)
    {
        if ((flags & Unnamed) != 0)
            return UnnamedError != 0 ? -UnnamedError : _real.Open(path, flags, mode);
        if (OpenError != 0)
            return -OpenError;
        if (IsNameTaken(path))
            return -OpenFlags.EEXIST;

        Names.Add(path);
        return _real.Open(path, flags, mode);
    }

    public int Unlink(string path)
    {
        Names.Remove(path);
        return _real.Unlink(path);
    }

    public int Truncate(int fd, long size) =>
        TruncateError != 0 ? -TruncateError : _real.Truncate(fd, size);

    public int Allocate(int fd, long size)
    {
        Allocations.Add(size);
        if (Interruptions > 0 && Interruptions-- > 0)
            return -EINTR;
        return AllocateError != 0 ? -AllocateError : _real.Allocate(fd, size);
    }

    public int GetSeals(int fd) => _real.GetSeals(fd);

    public int AddSeals(int fd, int seals) => _real.AddSeals(fd, seals);

    public int Stat(int fd, out FileFacts facts)
    {
        OnStat?.Invoke();
        facts = default;
        return StatError != 0 ? -StatError : _real.Stat(fd, out facts);
    }

    public nint Map(nuint length, int protection, int flags, int fd, long offset) =>
        MapError != 0 ? -MapError : _real.Map(length, protection, flags, fd, offset);

    public int Unmap(nint address, nuint length)
    {
        Unmaps.Add((address, length));
        return _real.Unmap(address, length);
    }

    public int Sync(nint address, nuint length)
    {
        Syncs.Add((address, length));
        return _real.Sync(address, length);
    }

    public int Advise(nint address, nuint length, int advice)
    {
        Advices.Add((address, length, advice));
        return _real.Advise(address, length, advice);
    }

    private bool IsNameTaken(string name)
    {
        NamesTried.Add(name);
        return NamesTaken > 0 && NamesTaken-- > 0;
    }
}
