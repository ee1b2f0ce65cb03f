namespace Sluice.Memory.Tests.Shared;

/// <summary>Makes objects of each case, by forcing a backend or by failing system calls.</summary>
internal static class SharedMemoryCases
{
    private const int ENOSYS = 38;
    private const int EACCES = 13;
    private const int EOPNOTSUPP = 95;

    public static TheoryData<SharedMemoryCase> All => OperatingSystem.IsLinux()
        ? [.. Enum.GetValues<SharedMemoryCase>()]
        : [SharedMemoryCase.Portable];

    public static SharedMemory Create(
        SharedMemoryCase @case, long size, SharedMemoryOptions? options = null)
    {
        options ??= new SharedMemoryOptions();
        options.Backend = @case switch
        {
            SharedMemoryCase.Memfd => SharedMemoryBackend.Memfd,
            SharedMemoryCase.PosixShm => SharedMemoryBackend.PosixShm,
            SharedMemoryCase.TemporaryFile => SharedMemoryBackend.TemporaryFile,
            SharedMemoryCase.NamedTemporaryFile => SharedMemoryBackend.TemporaryFile,
            _ => SharedMemoryBackend.Auto,
        };
        return new SharedMemoryFactory(SystemOf(@case)).Create(size, options);
    }

    public static SharedMemoryBackend ExpectedBackend(SharedMemoryCase @case) => @case switch
    {
        SharedMemoryCase.Memfd => SharedMemoryBackend.Memfd,
        SharedMemoryCase.PosixShm or SharedMemoryCase.WithoutMemfd => SharedMemoryBackend.PosixShm,
        _ => SharedMemoryBackend.TemporaryFile,
    };

    private static ISharedMemorySystem? SystemOf(SharedMemoryCase @case) => @case switch
    {
        SharedMemoryCase.Portable => null,
        SharedMemoryCase.NamedTemporaryFile => new FailingSystem { UnnamedError = EOPNOTSUPP },
        SharedMemoryCase.WithoutMemfd => new FailingSystem { MemfdError = ENOSYS },
        SharedMemoryCase.WithoutMemfdAndShm => new FailingSystem
        {
            MemfdError = ENOSYS,
            ShmError = EACCES,
        },
        _ => LinuxSharedMemorySystem.Instance,
    };
}
