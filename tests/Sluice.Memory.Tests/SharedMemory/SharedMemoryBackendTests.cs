using System.Runtime.Versioning;

namespace Sluice.Memory.Tests.Shared;

/// <summary>How objects are made, and what is left behind when that fails.</summary>
[Collection(nameof(AloneCollection))]
[SupportedOSPlatform("linux")]
public sealed class SharedMemoryBackendTests
{
    private const int EPERM = 1;
    private const int EIO = 5;
    private const int ENOSPC = 28;
    private const int ENOSYS = 38;
    private const int ENOMEM = 12;
    private const int EOPNOTSUPP = 95;
    private const uint MFD_NOEXEC_SEAL = 8;
    private const uint MFD_HUGETLB = 4;

    public static TheoryData<SharedMemoryBackend> Backends =>
    [
        SharedMemoryBackend.Memfd, SharedMemoryBackend.PosixShm, SharedMemoryBackend.TemporaryFile,
    ];

    [Theory]
    [InlineData(ENOSYS)]
    [InlineData(EPERM)]
    [Trait("pitfall", "39")]
    public void Create_MemfdFails_TakesTheNextBackend(int error)
    {
        using SharedMemory memory = Create(new FailingSystem { MemfdError = error });

        Assert.Equal(SharedMemoryBackend.PosixShm, memory.Backend);
    }

    [Fact]
    [Trait("pitfall", "39")]
    public void Create_AllFail_KeepsTheErrorsOfEach()
    {
        var system = new FailingSystem
        {
            MemfdError = ENOSYS,
            ShmError = EPERM,
            UnnamedError = EOPNOTSUPP,
            OpenError = EIO,
        };

        var error = Assert.Throws<SharedMemoryException>(() => Create(system));

        Assert.Contains($"errno {ENOSYS}", error.Message);
        Assert.Contains($"errno {EPERM}", error.Message);
        Assert.Contains($"errno {EIO}", error.Message);
        Assert.Equal(EIO, ((SharedMemoryException)error.InnerException!).NativeErrorCode);
    }

    [Fact]
    [Trait("pitfall", "39")]
    public void Create_ForcedBackendFails_ThrowsItsErrno()
    {
        var error = Assert.Throws<SharedMemoryException>(() => Create(
            new FailingSystem { MemfdError = ENOSYS },
            new SharedMemoryOptions { Backend = SharedMemoryBackend.Memfd }));

        Assert.Equal(ENOSYS, error.NativeErrorCode);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    [Trait("pitfall", "40")]
    public void Create_SizeRefused_LeavesNothingOpen(SharedMemoryBackend backend)
    {
        string[] before = Descriptors();
        var system = new FailingSystem { TruncateError = EIO };

        var error = Assert.Throws<SharedMemoryException>(() => Create(
            system, new SharedMemoryOptions { Backend = backend }));

        Assert.Equal(EIO, error.NativeErrorCode);
        Assert.Empty(system.Names);
        Assert.Equal(before, Descriptors());
    }

    [Theory]
    [InlineData(SharedMemoryBackend.PosixShm)]
    [InlineData(SharedMemoryBackend.TemporaryFile)]
    [Trait("pitfall", "41")]
    public void Create_NoSpace_ThrowsInsteadOfEndingTheProcessLater(SharedMemoryBackend backend)
    {
        var system = new FailingSystem { AllocateError = ENOSPC };

        var error = Assert.Throws<SharedMemoryException>(() => Create(
            system, new SharedMemoryOptions { Backend = backend }));
        using SharedMemory sparse = Create(
            system, new SharedMemoryOptions { Backend = backend, IsSparse = true });

        Assert.Equal(ENOSPC, error.NativeErrorCode);
        Assert.Equal(100, sparse.Size);
    }

    [Theory]
    [InlineData(SharedMemoryBackend.PosixShm)]
    [InlineData(SharedMemoryBackend.TemporaryFile)]
    [Trait("pitfall", "41")]
    public void Resize_NoSpace_ThrowsAndStaysAsItWas(SharedMemoryBackend backend)
    {
        var system = new FailingSystem();
        using SharedMemory memory = Create(system, new SharedMemoryOptions { Backend = backend });
        using SharedMemory sparse = Create(
            system, new SharedMemoryOptions { Backend = backend, IsSparse = true });
        system.AllocateError = ENOSPC;

        var error = Assert.Throws<SharedMemoryException>(() => memory.Resize(200));
        Assert.Equal(100, memory.Size);
        memory.Resize(50);
        sparse.Resize(200);

        Assert.Equal(ENOSPC, error.NativeErrorCode);
        Assert.Equal(50, memory.Size);
        Assert.Equal(200, sparse.Size);
    }

    [Fact]
    [Trait("pitfall", "41")]
    public void Create_FileSystemCannotReserve_StillWorks()
    {
        using SharedMemory memory = Create(
            new FailingSystem { AllocateError = EOPNOTSUPP },
            new SharedMemoryOptions { Backend = SharedMemoryBackend.TemporaryFile });

        Assert.Equal(100, memory.Size);
    }

    [Fact]
    [Trait("pitfall", "42")]
    public void Create_KernelWithoutNoExecSeal_MakesAMemfdWithoutIt()
    {
        using SharedMemory memory = Create(
            new FailingSystem { UnknownMemfdFlags = MFD_NOEXEC_SEAL });

        Assert.Equal(SharedMemoryBackend.Memfd, memory.Backend);
        Assert.Equal(SharedMemorySeals.None, memory.Seals);
    }

    [Fact]
    [Trait("pitfall", "42")]
    public void Create_Memfd_CannotBeExecuted()
    {
        using SharedMemory memory = SharedMemory.Create(
            100, new SharedMemoryOptions { Backend = SharedMemoryBackend.Memfd });
        Assert.SkipUnless(
            memory.Seals.HasFlag(SharedMemorySeals.Executable), "The kernel has no such seal.");

        UnixFileMode mode = File.GetUnixFileMode(memory.Handle);

        Assert.Equal(UnixFileMode.None, mode & UnixFileMode.UserExecute);
    }

    [Theory]
    [InlineData(SharedMemoryBackend.PosixShm)]
    [InlineData(SharedMemoryBackend.TemporaryFile)]
    [Trait("pitfall", "48")]
    public void Create_Named_IsTheOwnersAloneAndLosesItsName(SharedMemoryBackend backend)
    {
        var system = new FailingSystem { UnnamedError = EOPNOTSUPP };
        using SharedMemory memory = Create(system, new SharedMemoryOptions { Backend = backend });

        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(memory.Handle));
        Assert.Empty(system.Names);
        string? target = new FileInfo(
            $"/proc/self/fd/{memory.Handle.DangerousGetHandle()}").LinkTarget;
        Assert.EndsWith("(deleted)", target);
    }

    [Theory]
    [InlineData(SharedMemoryBackend.PosixShm)]
    [InlineData(SharedMemoryBackend.TemporaryFile)]
    [Trait("pitfall", "48")]
    public void Create_NameExists_TakesAnotherAndGivesUpInTheEnd(SharedMemoryBackend backend)
    {
        var options = new SharedMemoryOptions { Backend = backend };
        var few = new FailingSystem { UnnamedError = EOPNOTSUPP, NamesTaken = 3 };
        var many = new FailingSystem { UnnamedError = EOPNOTSUPP, NamesTaken = int.MaxValue };

        Create(few, options).Dispose();
        var error = Assert.Throws<SharedMemoryException>(() => Create(many, options));

        Assert.Equal(OpenFlags.EEXIST, error.NativeErrorCode);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Create_AnyBackend_ClosesOnExec(SharedMemoryBackend backend)
    {
        using SharedMemory memory = SharedMemory.Create(
            100, new SharedMemoryOptions { Backend = backend });

        Assert.NotEqual(0, SharedMemoryProbe.Flags(memory) & 0x80000); // O_CLOEXEC
    }

    [Theory]
    [MemberData(nameof(Backends))]
    [Trait("pitfall", "39")]
    public void Map_Refused_KeepsTheErrno(SharedMemoryBackend backend)
    {
        using SharedMemory memory = Create(
            new FailingSystem { MapError = ENOMEM }, new SharedMemoryOptions { Backend = backend });

        var error = Assert.Throws<SharedMemoryException>(() => memory.Map());

        Assert.Equal(ENOMEM, error.NativeErrorCode);
        memory.Resize(1);
    }

    [Fact]
    public void Create_HugePagesThatAreNotThere_TakesOrdinaryOnes()
    {
        using SharedMemory memory = Create(
            new FailingSystem { UnknownMemfdFlags = MFD_HUGETLB },
            new SharedMemoryOptions { HugePages = true });

        Assert.False(memory.HasHugePages);
        Assert.Equal(100, memory.Size);
    }

    [Fact]
    public void Create_HugePages_AreThereOrNotButWork()
    {
        using SharedMemory memory = SharedMemory.Create(
            100, new SharedMemoryOptions { HugePages = true });
        using SharedMemoryMap map = memory.Map();
        map.Buffer.WriteInt32(1);

        Assert.Equal(memory.HasHugePages ? 2 << 20 : 100, memory.Size);
    }

    private static SharedMemory Create(
        ISharedMemorySystem system, SharedMemoryOptions? options = null) =>
        new SharedMemoryFactory(system).Create(100, options ?? new SharedMemoryOptions());

    private static string[] Descriptors() =>
        [.. Directory.GetFiles("/proc/self/fd")
            .Select(static path => new FileInfo(path).LinkTarget ?? "")
            .Where(static target => target.Contains("sluice", StringComparison.Ordinal)
                || target.Contains("(deleted)", StringComparison.Ordinal))
            .Order()];
}
