using System.Runtime.Versioning;

namespace Sluice.Memory.Tests.Shared;

/// <summary>What the system is asked for, and what is done with its answers.</summary>
[SupportedOSPlatform("linux")]
public sealed class SharedMemoryCallTests
{
    private const int ENOENT = 2;
    private const int EIO = 5;
    private const int EBADF = 9;
    private const int ENOMEM = 12;
    private const int ENOSPC = 28;

    [Fact]
    public void System_NoDescriptor_AnswersTheErrno()
    {
        LinuxSharedMemorySystem system = LinuxSharedMemorySystem.Instance;

        Assert.Equal(-EBADF, system.Map(1, 1, 1, -1, 0));
        Assert.Equal(-EBADF, system.Stat(-1, out _));
    }

    [Fact]
    public void Map_OffsetWithinAPage_IsFlushedAdvisedAndUnmappedFromThatPage()
    {
        int page = Environment.SystemPageSize;
        var system = new FailingSystem();
        using SharedMemory memory = Create(system, 3 * page, SharedMemoryBackend.Memfd);
        SharedMemoryMap map = memory.Map(page + 100, 50);
        nint origin = map.NativeAddress - 100;

        map.Flush();
        map.Advise(SharedMemoryAdvice.Sequential);
        map.Dispose();

        Assert.Equal(0, origin % page);
        Assert.Equal([(origin, 150u)], system.Syncs);
        Assert.Equal([(origin, 150u, 2)], system.Advices);
        Assert.Equal([(origin, 150u)], system.Unmaps);
    }

    [Theory]
    [InlineData(SharedMemoryBackend.PosixShm)]
    [InlineData(SharedMemoryBackend.TemporaryFile)]
    public void Create_AllocationIsInterrupted_StartsAgain(SharedMemoryBackend backend)
    {
        var system = new FailingSystem { Interruptions = 2 };
        using SharedMemory memory = Create(system, 100, backend);

        Assert.Equal([100, 100, 100], system.Allocations);
    }

    [Fact]
    [Trait("pitfall", "41")]
    public void Resize_SameOrSmaller_TakesNoSpace()
    {
        var system = new FailingSystem();
        using SharedMemory memory = Create(system, 100, SharedMemoryBackend.PosixShm);
        system.AllocateError = ENOSPC;
        using (memory.Map())
            memory.Resize(100);
        memory.Resize(99);

        Assert.Equal([100], system.Allocations);
        Assert.Equal(99, memory.Size);
    }

    [Fact]
    public void Create_FileWithoutAName_NeedsNoName()
    {
        var system = new FailingSystem { OpenError = EIO };
        using SharedMemory memory = new SharedMemoryFactory(system).Create(
            100,
            new SharedMemoryOptions
            {
                Backend = SharedMemoryBackend.TemporaryFile,
                TemporaryDirectory = "/dev/shm",
            });
        using SharedMemoryMap map = memory.Map();
        map.Buffer.WriteInt32(1);

        Assert.Empty(system.NamesTried);
        Assert.StartsWith("/dev/shm/", SharedMemoryProbe.NameOf(memory));
        Assert.NotEqual(0, SharedMemoryProbe.Flags(memory) & 0x80000); // O_CLOEXEC
    }

    [Theory]
    [InlineData(SharedMemoryCase.TemporaryFile)]
    [InlineData(SharedMemoryCase.NamedTemporaryFile)]
    public void Create_NoSuchFolder_ThrowsItsErrno(SharedMemoryCase @case)
    {
        var options = new SharedMemoryOptions { TemporaryDirectory = "/nowhere/at/all" };

        var error = Assert.Throws<SharedMemoryException>(
            () => SharedMemoryCases.Create(@case, 100, options));

        Assert.Equal(ENOENT, error.NativeErrorCode);
    }

    [Theory]
    [InlineData(SharedMemoryBackend.PosixShm)]
    [InlineData(SharedMemoryBackend.TemporaryFile)]
    [Trait("pitfall", "48")]
    public void Create_NamesExist_TriesAsManyAsItMay(SharedMemoryBackend backend)
    {
        var few = new FailingSystem
        {
            UnnamedError = EIO,
            NamesTaken = OpenFlags.NamesMax - 1,
        };
        var many = new FailingSystem { UnnamedError = EIO, NamesTaken = OpenFlags.NamesMax };

        Create(few, 100, backend).Dispose();
        Assert.Throws<SharedMemoryException>(() => Create(many, 100, backend));

        Assert.Equal(OpenFlags.NamesMax, few.NamesTried.Distinct().Count());
        Assert.Equal(OpenFlags.NamesMax, many.NamesTried.Count);
        Assert.All(few.NamesTried, static name => Assert.Matches("/sluice-[0-9a-f]{16}$", name));
    }

    [Fact]
    public void Open_StatRefused_ThrowsItsErrno()
    {
        using SharedMemory memory = SharedMemory.Create(100);
        var factory = new SharedMemoryFactory(new FailingSystem { StatError = ENOMEM });

        var error = Assert.Throws<SharedMemoryException>(
            () => factory.Open(memory.Handle, SharedMemoryRequirements.Trusted));

        Assert.Equal(ENOMEM, error.NativeErrorCode);
    }

    [Fact]
    public void Open_ThenResized_TakesItsSpaceLateAndHasNoHugePages()
    {
        var system = new FailingSystem();
        using SharedMemory memory = Create(system, 100, SharedMemoryBackend.Memfd);
        using SharedMemory opened = new SharedMemoryFactory(system).Open(
            memory.Handle, SharedMemoryRequirements.Trusted);
        opened.Resize(200);

        Assert.Equal(200, memory.Size);
        Assert.False(opened.HasHugePages);
        Assert.Empty(system.Allocations);
    }

    [Fact]
    [Trait("pitfall", "40")]
    public void Size_DisposedMeanwhile_KeepsTheDescriptorUntilItIsRead()
    {
        var system = new FailingSystem();
        using SharedMemory memory = Create(system, 100, SharedMemoryBackend.Memfd);
        string path = SharedMemoryProbe.Path(memory.Handle.DangerousGetHandle());
        string? target = null;
        system.OnStat = () =>
        {
            memory.Dispose();
            target = new FileInfo(path).LinkTarget;
        };

        Assert.Equal(100, memory.Size);
        Assert.Contains("memfd:", target);
    }

    [Fact]
    [Trait("pitfall", "40")]
    public void ToBuffer_MapRefused_ClosesTheObject()
    {
        SharedMemory memory = Create(
            new FailingSystem { MapError = ENOMEM }, 100, SharedMemoryBackend.Memfd);

        Assert.Throws<SharedMemoryException>(() => memory.ToBuffer());

        Assert.Throws<ObjectDisposedException>(() => memory.Handle);
    }

    private static SharedMemory Create(
        FailingSystem system, long size, SharedMemoryBackend backend) =>
        new SharedMemoryFactory(system).Create(
            size, new SharedMemoryOptions { Backend = backend });
}
