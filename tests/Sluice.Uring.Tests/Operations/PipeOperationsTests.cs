using Sluice.Uring.Tests.Support;

namespace Sluice.Uring.Tests.Operations;

public unsafe class PipeOperationsTests : RingTest
{
    [Fact]
    [Trait("pitfall", "22")]
    public void Pipe_Created_CarriesBytesAndIsClosedOnExec()
    {
        Require(Opcode.Pipe);
        nint pair = Memory(2 * sizeof(int));

        Assert.Equal(0, RunSuccessfully(s => s.PreparePipe(pair)));

        int reader = OwnFd(((int*)pair)[0]);
        int writer = OwnFd(((int*)pair)[1]);
        WriteTo(writer, "through");
        Assert.Equal("through", ReadFrom(reader));
        Assert.Equal(Os.FD_CLOEXEC, Os.Control(reader, Os.F_GETFD, 0));
    }

    [Fact]
    public void PipeDirect_IntoSlots_CarriesBytes()
    {
        Require(Opcode.Pipe);
        Assert.True(Ring.Registration.Files.RegisterSparse(8).IsSuccess);
        nint pair = Memory(2 * sizeof(int));
        nint text = Text("through");
        nint memory = Memory(16);

        Assert.Equal(0, RunSuccessfully(s => s.PreparePipeDirect(pair, 4)));

        Add(s => s.PrepareWrite(5, text, 7, 0), 1, SubmissionFlags.FixedFile);
        Add(s => s.PrepareRead(4, memory, 16, 0), 2, SubmissionFlags.FixedFile);
        Submit();
        Assert.Equal(7, Next(2)[2].Result);
        Assert.Equal("through", Read(memory, 7));
    }

    [Fact]
    public void Splice_FromAFile_MovesBytesIntoThePipe()
    {
        Require(Opcode.Splice);
        int file = MemoryFile("0123456789");
        (int reader, int writer) = Pipe();

        int result = RunSuccessfully(
            s => s.PrepareSplice(file, 2, writer, FileOperations.CurrentPosition, 4));

        Assert.Equal(4, result);
        Assert.Equal("2345", ReadFrom(reader));
    }

    [Fact]
    public void Splice_FromADirectDescriptor_NeedsTheFlag()
    {
        Require(Opcode.Splice);
        int file = MemoryFile("0123456789");
        Assert.True(Ring.Registration.Files.Register([file]).IsSuccess);
        (int reader, int writer) = Pipe();

        RunSuccessfully(s => s.PrepareSplice(
            0, 0, writer, FileOperations.CurrentPosition, 4, SpliceFlags.DirectInput));

        Assert.Equal("0123", ReadFrom(reader));
    }

    [Fact]
    public void Tee_OfAPipe_CopiesAndLeavesTheBytes()
    {
        Require(Opcode.Tee);
        (int readerIn, int writerIn) = Pipe();
        (int readerOut, int writerOut) = Pipe();
        WriteTo(writerIn, "both");

        Assert.Equal(4, RunSuccessfully(s => s.PrepareTee(readerIn, writerOut, 16)));

        Assert.Equal("both", ReadFrom(readerOut));
        Assert.Equal("both", ReadFrom(readerIn));
    }

    [Fact]
    public void Tee_OfAnEmptyPipeNonBlocking_FailsWithEAGAIN()
    {
        Require(Opcode.Tee);
        (int readerIn, _) = Pipe();
        (_, int writerOut) = Pipe();

        Completion completion = Run(
            s => s.PrepareTee(readerIn, writerOut, 16, SpliceFlags.NonBlocking));

        Assert.Equal(Errno.EAGAIN, completion.Error);
    }
}
