using Sluice.Uring.Tests.Support;

namespace Sluice.Uring.Tests.Operations;

public unsafe class DirectDescriptorOperationsTests : RingTest
{
    [Fact]
    public void FilesUpdate_OfSlots_FillsAndEmptiesThem()
    {
        Require(Opcode.FilesUpdate);
        Assert.True(Ring.Registration.Files.RegisterSparse(4).IsSuccess);
        nint file = Value(MemoryFile("content"));
        nint none = Value(-1);
        nint memory = Memory(16);
        Prepare read = s => s.PrepareRead(2, memory, 16, 0);

        Assert.Equal(1, RunSuccessfully(s => s.PrepareFilesUpdate(file, 1, 2)));
        Assert.Equal(7, RunSuccessfully(read, SubmissionFlags.FixedFile));
        Assert.Equal(1, RunSuccessfully(s => s.PrepareFilesUpdate(none, 1, 2)));
        Assert.Equal(Errno.EBADF, Run(read, 0, SubmissionFlags.FixedFile).Error);
    }

    [Fact]
    public void FilesUpdate_Allocating_SaysWhichSlot()
    {
        Require(Opcode.FilesUpdate);
        Assert.True(Ring.Registration.Files.RegisterSparse(4).IsSuccess);
        nint file = Value(MemoryFile("content"));
        nint memory = Memory(16);

        Completion completion = Run(
            s => s.PrepareFilesUpdate(file, 1, DirectDescriptor.Allocate));
        SkipIfUnknown(completion.Error);

        int slot = *(int*)file;
        Assert.InRange(slot, 0, 3);
        Assert.Equal(
            7,
            RunSuccessfully(s => s.PrepareRead(slot, memory, 16, 0), SubmissionFlags.FixedFile));
    }

    [Theory]
    [InlineData(false, Os.FD_CLOEXEC)]
    [InlineData(true, 0)]
    [Trait("pitfall", "22")]
    public void InstallDescriptor_OfASlot_GivesAnOrdinaryOne(bool inheritable, int flags)
    {
        Require(Opcode.InstallFixedDescriptor);
        Assert.True(Ring.Registration.Files.Register([MemoryFile("content")]).IsSuccess);

        int fd = OwnFd(RunSuccessfully(s => s.PrepareInstallDescriptor(0, inheritable)));

        Assert.Equal(flags, Os.Control(fd, Os.F_GETFD, 0));
    }
}
