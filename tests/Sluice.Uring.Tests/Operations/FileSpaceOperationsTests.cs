using Sluice.Uring.Tests.Support;

namespace Sluice.Uring.Tests.Operations;

public unsafe class FileSpaceOperationsTests : RingTest
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void FileSync_OfAFile_SucceedsAndOfAPipeFails(bool dataOnly)
    {
        int fd = MemoryFile("data");
        (int reader, _) = Pipe();

        Assert.Equal(0, RunSuccessfully(s => s.PrepareFileSync(fd, dataOnly)));

        Assert.Equal(Errno.EINVAL, Run(s => s.PrepareFileSync(reader, dataOnly)).Error);
    }

    [Fact]
    public void SyncFileRange_OfAFile_SucceedsAndOfAPipeFails()
    {
        Require(Opcode.SyncFileRange);
        const uint Write = 2;
        int fd = MemoryFile("data");
        (int reader, _) = Pipe();

        Assert.Equal(0, RunSuccessfully(s => s.PrepareSyncFileRange(fd, 0, 4, Write)));

        Assert.Equal(
            Errno.ESPIPE, Run(s => s.PrepareSyncFileRange(reader, 0, 4, Write)).Error);
    }

    [Fact]
    public void Allocate_BeyondTheEnd_MakesTheFileLonger()
    {
        Require(Opcode.Allocate);
        int fd = MemoryFile("data");

        Assert.Equal(0, RunSuccessfully(s => s.PrepareAllocate(fd, 0, 10, 20)));

        Assert.Equal(30, Length(fd));
    }

    [Fact]
    public void Truncate_ToALength_SetsIt()
    {
        Require(Opcode.Truncate);
        int fd = MemoryFile("data");

        Assert.Equal(0, RunSuccessfully(s => s.PrepareTruncate(fd, 3)));

        Assert.Equal(3, Length(fd));
    }

    [Fact]
    public void FileAdvise_OfAFile_SucceedsAndOfAPipeFails()
    {
        Require(Opcode.FileAdvise);
        int fd = MemoryFile("data");
        (int reader, _) = Pipe();

        Assert.Equal(
            0, RunSuccessfully(s => s.PrepareFileAdvise(fd, 0, 4, FileAdvice.WillNeed)));

        Assert.Equal(
            Errno.ESPIPE,
            Run(s => s.PrepareFileAdvise(reader, 0, 4, FileAdvice.WillNeed)).Error);
    }

    [Fact]
    public void MemoryAdvise_OfPagesThatAreNotNeeded_ClearsThem()
    {
        Require(Opcode.MemoryAdvise);
        const int DoNotNeed = 4;
        nint pages = Memory(3 * 4096);
        nint page = pages + 4096;
        *(int*)page = 42;
        *(int*)pages = 43;

        Assert.Equal(0, RunSuccessfully(s => s.PrepareMemoryAdvise(page, 4096, DoNotNeed)));

        Assert.Equal(0, *(int*)page);
        Assert.Equal(43, *(int*)pages);
    }

    private int Length(int fd)
    {
        nint memory = Memory(64);
        return RunSuccessfully(s => s.PrepareRead(fd, memory, 64, 0));
    }
}
