namespace Sluice.Memory.Tests.Shared;

/// <summary>What is made by the classes of .NET alone.</summary>
public sealed class SharedMemoryPortableTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sluice-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Create_WithAFolder_MakesItsFileThereUntilItIsDisposed()
    {
        using (SharedMemory memory = Create(100))
        {
            Assert.Matches("^sluice-[0-9a-f]{16}$", Assert.Single(_folder.GetFiles()).Name);
            Assert.False(memory.HasHugePages);
        }

        Assert.Empty(_folder.GetFiles());
    }

    [Theory]
    [InlineData(SharedMemoryBackend.Memfd)]
    [InlineData(SharedMemoryBackend.PosixShm)]
    public void Create_BackendOfLinux_IsNotSupported(SharedMemoryBackend backend) =>
        Assert.Throws<PlatformNotSupportedException>(() => Create(100, backend));

    [Fact]
    [Trait("pitfall", "40")]
    public void Create_SizeRefused_LeavesNoFile()
    {
        Exception? error = Record.Exception(() => Create(long.MaxValue).Dispose());

        Assert.SkipWhen(error is null, "The file system has files of any size.");
        Assert.IsType<SharedMemoryException>(error);
        Assert.Empty(_folder.GetFiles());
    }

    [Fact]
    public void Create_NoSuchFolder_SaysSo()
    {
        string missing = Path.Combine(_folder.FullName, "missing");
        var factory = new SharedMemoryFactory(null);

        SharedMemoryException error = Assert.Throws<SharedMemoryException>(() => factory.Create(
            100, new SharedMemoryOptions { TemporaryDirectory = missing }));

        Assert.Contains(missing, error.Message, StringComparison.Ordinal);
        Assert.IsType<DirectoryNotFoundException>(error.InnerException);
    }

    [Fact]
    public void Open_FileThatIsOpen_SharesTheBytes()
    {
        using SharedMemory memory = Create(100);
        string path = Assert.Single(_folder.GetFiles()).FullName;
        using SharedMemory opened = new SharedMemoryFactory(null).Open(
            File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read),
            SharedMemoryRequirements.Trusted);
        using SharedMemoryMap near = memory.Map();
        using SharedMemoryMap far = opened.Map(access: SharedMemoryAccess.Read);

        near.Buffer.WriteInt32(0x01020304);

        Assert.Equal([1, 2, 3, 4], far.GetReadOnlyMemory(0, 4).ToArray());
    }

    [Fact]
    [Trait("pitfall", "40")]
    public void Map_Refused_HoldsTheFileNoLonger()
    {
        SharedMemory memory = Create(100);
        using var file = new PortableObject(memory.Handle);

        Assert.ThrowsAny<Exception>(() => file.Map(0, 1 << 20, SharedMemoryAccess.ReadWrite));
        memory.Dispose();

        Assert.Empty(_folder.GetFiles());
    }

    private SharedMemory Create(
        long size, SharedMemoryBackend backend = SharedMemoryBackend.Auto) =>
        new SharedMemoryFactory(null).Create(
            size,
            new SharedMemoryOptions { Backend = backend, TemporaryDirectory = _folder.FullName });
}
