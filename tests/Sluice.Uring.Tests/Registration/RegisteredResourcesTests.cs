using Sluice.Uring.Tests.Support;

namespace Sluice.Uring.Tests.Registration;

public class RegisteredResourcesTests : RingTest
{
    [Fact]
    public void Buffers_RegisteredSparse_CanBeFilledAndEmptied()
    {
        RegisteredBuffers buffers = Ring.Registration.Buffers;
        nint memory = Memory(16);
        int fd = MemoryFile("content");
        Prepare read = s => s.PrepareReadFixed(fd, memory, 7, 0, 2);

        Assert.True(buffers.RegisterSparse(4).IsSuccess);
        Assert.Equal(Errno.EFAULT, Run(read).Error);
        Assert.Equal(1, buffers.Update(2, [new(memory, 16)]).Value);
        Assert.Equal(7, RunSuccessfully(read));
        Assert.Equal(1, buffers.Update(2, [default]).Value);
        Assert.Equal(Errno.EFAULT, Run(read).Error);
        Assert.True(buffers.Unregister().IsSuccess);
        Assert.Equal(Errno.ENXIO, buffers.Unregister().Error);
    }

    [Fact]
    public void Buffers_WithTags_PostThemOnceReleased()
    {
        RegisteredBuffers buffers = Ring.Registration.Buffers;
        nint memory = Memory(32);

        Assert.True(
            buffers.Register([new(memory, 16), new(memory + 16, 16)], [71, 72]).IsSuccess);
        Assert.True(buffers.Update(0, [new(memory, 8)], [73]).IsSuccess);
        Assert.Equal(71ul, Next().UserData);
        Assert.True(buffers.Unregister().IsSuccess);

        Assert.Equal([72ul, 73ul], Next(2).Keys.Order());
    }

    [Fact]
    public void Buffers_WithFewerTags_Throw()
    {
        RegisteredBuffers buffers = Ring.Registration.Buffers;

        Assert.Throws<ArgumentException>(() => buffers.Register([default, default], [1]));
        Assert.Throws<ArgumentException>(() => buffers.Update(0, [default, default], [1]));
    }

    [Fact]
    public void Buffers_ClonedFromAnotherRing_AreTheSame()
    {
        nint memory = Memory(32);
        int fd = MemoryFile("content");
        using Ring other = Ring.Create(new RingOptions());
        Assert.True(other.Registration.Buffers
            .Register([new(memory, 16), new(memory + 16, 16)]).IsSuccess);

        RingResult clone = Ring.Registration.Buffers.CloneFrom(other);
        SkipIfUnknown(clone.Error);
        Assert.Equal(Errno.None, clone.Error);

        Assert.Equal(7, RunSuccessfully(s => s.PrepareReadFixed(fd, memory + 16, 7, 0, 1)));
        Assert.Equal("content", Read(memory + 16, 7));
        RingResult part = Ring.Registration.Buffers.CloneFrom(
            other, sourceIndex: 1, index: 0, count: 1, replace: true);
        SkipIfUnknown(part.Error);
        Assert.Equal(7, RunSuccessfully(s => s.PrepareReadFixed(fd, memory + 16, 7, 0, 0)));
    }

    [Fact]
    public void Files_Registered_OutliveTheirDescriptors()
    {
        RegisteredFiles files = Ring.Registration.Files;
        (int reader, int writer) = SocketPair();
        nint text = Text("kept");
        Assert.True(files.Register([-1, writer]).IsSuccess);

        RunSuccessfully(s => s.PrepareSend(1, text, 4), SubmissionFlags.FixedFile);

        Assert.Equal("kept", ReadFrom(reader));
        Assert.True(files.Unregister().IsSuccess);
        Completion after = Run(
            s => s.PrepareSend(1, text, 4), flags: SubmissionFlags.FixedFile);
        Assert.Equal(Errno.EBADF, after.Error);
    }

    [Fact]
    public void Files_Updated_ReplaceEmptyAndSkip()
    {
        const int Skip = -2;
        RegisteredFiles files = Ring.Registration.Files;
        int one = MemoryFile("one");
        int three = MemoryFile("three");
        nint memory = Memory(16);
        Assert.True(files.Register([one, one, one, one]).IsSuccess);

        Assert.Equal(3, files.Update(1, [three, Skip, -1]).Value);

        int[] results = new int[4];
        for (int i = 0; i < 4; i++)
        {
            results[i] = Run(
                s => s.PrepareRead(i, memory, 16, 0), flags: SubmissionFlags.FixedFile).Result;
        }

        Assert.Equal([3, 5, 3, -(int)Errno.EBADF], results);
    }

    [Fact]
    public void Files_WithTags_PostThemOnceReleased()
    {
        RegisteredFiles files = Ring.Registration.Files;
        int fd = MemoryFile("one");

        Assert.True(files.Register([fd, fd], [71, 72]).IsSuccess);
        Assert.True(files.Update(0, [fd], [73]).IsSuccess);
        Assert.Equal(71ul, Next().UserData);
        Assert.True(files.Unregister().IsSuccess);

        Assert.Equal([72ul, 73ul], Next(2).Keys.Order());
        Assert.Throws<ArgumentException>(() => files.Register([fd, fd], [1]));
        Assert.Throws<ArgumentException>(() => files.Update(0, [fd, fd], [1]));
    }

    [Fact]
    public void Files_WithAnAllocationRange_AllocateWithinIt()
    {
        Require(Opcode.Socket);
        RegisteredFiles files = Ring.Registration.Files;
        Assert.True(files.RegisterSparse(8).IsSuccess);
        RingResult range = files.SetAllocationRange(5, 2);
        SkipIfUnknown(range.Error);
        Prepare prepare = s => s.PrepareSocketDirect(Os.AF_INET, Os.SOCK_STREAM);

        Assert.Equal(5, RunSuccessfully(prepare));
        Assert.Equal(6, RunSuccessfully(prepare));
        Assert.Equal(Errno.ENFILE, Run(prepare).Error);
    }
}
