using Sluice.Uring;

namespace Sluice.Simulation.Tests.Contract;

/// <summary>Descriptors, cancelling, timeouts, polls and chains, over either kernel.</summary>
public abstract class KernelContractTests : KernelContract
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(1);

    private protected KernelContractTests(IKernelUnderTest kernel)
        : base(kernel)
    {
    }

    [Fact]
    public void Nop_Submitted_CompletesOnce()
    {
        Take(1).PrepareNop();

        Completion completion = Next();

        Assert.Equal((1UL, 0, CompletionFlags.None), Parts(completion));
        RequireNothing();
    }

    [Fact]
    public void Submit_UnknownOpcode_CompletesWithInvalid()
    {
        Submission submission = Take(1);
        SetOpcode(submission, 250);

        Assert.Equal(Errno.EINVAL, Next().Error);
    }

    [Fact]
    public void Submit_SkipSuccess_OnlyFailureCompletes()
    {
        Submission success = Take(1);
        success.PrepareNop();
        success.Flags |= SubmissionFlags.SkipSuccess;
        Submission failure = Take(2);
        failure.PrepareShutdown(12345, 0);
        failure.Flags |= SubmissionFlags.SkipSuccess;

        Assert.Equal((2UL, Errno.EBADF), KeyAndError(Next()));
        RequireNothing();
    }

    [Fact]
    [Trait("pitfall", "12")]
    public void CompletionQueue_Overflown_LosesNothing()
    {
        uint total = (Ring.CompletionEntries * 2) + 3;
        for (uint i = 0; i < total; i++)
        {
            Take(i).PrepareNop();
            Assert.Equal(1, Ring.Submit().Value);
        }

        Assert.True(Ring.HasOverflown);
        for (uint i = 0; i < total; i++)
            Assert.Equal(i, Next().UserData);
        Assert.False(Ring.HasOverflown);
    }

    [Fact]
    public void Link_FirstFails_RestIsCancelled()
    {
        Submission first = Take(1);
        first.PrepareShutdown(12345, 0);
        first.Flags |= SubmissionFlags.Link;
        Take(2).PrepareNop();

        Dictionary<ulong, Completion> all = Next(2);

        Assert.Equal(Errno.EBADF, all[1].Error);
        Assert.Equal(Errno.ECANCELED, all[2].Error);
    }

    [Fact]
    public void HardLink_FirstFails_RestRuns()
    {
        Submission first = Take(1);
        first.PrepareShutdown(12345, 0);
        first.Flags |= SubmissionFlags.HardLink;
        Take(2).PrepareNop();

        Dictionary<ulong, Completion> all = Next(2);

        Assert.Equal(Errno.EBADF, all[1].Error);
        Assert.Equal(0, all[2].Result);
    }

    [Fact]
    public void Timeout_Expires_SaysSo()
    {
        Take(1).PrepareTimeout(Time(Short));

        Assert.Equal((1UL, Errno.ETIME), KeyAndError(Next()));
    }

    [Fact]
    public void Timeout_Counting_EndsWithCompletions()
    {
        Take(1).PrepareTimeout(Time(Long), count: 2);
        RequireNothing();
        Take(2).PrepareNop();
        Take(3).PrepareNop();

        Assert.Equal(0, Next(3)[1].Result);
    }

    [Fact]
    public void TimeoutRemove_Pending_CancelsIt()
    {
        Take(1).PrepareTimeout(Time(Long));
        RequireNothing();
        Take(2).PrepareTimeoutRemove(1);

        Dictionary<ulong, Completion> all = Next(2);

        Assert.Equal(Errno.ECANCELED, all[1].Error);
        Assert.Equal(0, all[2].Result);
    }

    [Fact]
    public void TimeoutRemove_Unknown_FindsNothing()
    {
        Take(2).PrepareTimeoutRemove(1);

        Assert.Equal(Errno.ENOENT, Next().Error);
    }

    [Fact]
    public void TimeoutUpdate_Pending_MovesIt()
    {
        Take(1).PrepareTimeout(Time(Long));
        RequireNothing();
        Take(2).PrepareTimeoutUpdate(1, Time(Short));

        Dictionary<ulong, Completion> all = Next(2);

        Assert.Equal(Errno.ETIME, all[1].Error);
        Assert.Equal(0, all[2].Result);
    }

    [Fact]
    public void Timeout_Multishot_RepeatsAsOftenAsAsked()
    {
        Take(1).PrepareTimeout(Time(Short), count: 2, TimeoutFlags.Multishot);

        Assert.Equal((1UL, -(int)Errno.ETIME, CompletionFlags.More), Parts(Next()));
        Assert.Equal((1UL, -(int)Errno.ETIME, CompletionFlags.None), Parts(Next()));
    }

    [Fact]
    public void LinkTimeout_TargetIsLate_CancelsIt()
    {
        (int fd, IPeerUnderTest _) = Connect();
        Submission receive = Take(1);
        receive.PrepareReceive(fd, Allocate(8), 8);
        receive.Flags |= SubmissionFlags.Link;
        Take(2).PrepareLinkTimeout(Time(Short));

        Dictionary<ulong, Completion> all = Next(2);

        Assert.Equal(Errno.ECANCELED, all[1].Error);
        Assert.Equal(Errno.ETIME, all[2].Error);
    }

    [Fact]
    public void LinkTimeout_TargetCompletes_IsCancelled()
    {
        (int fd, IPeerUnderTest peer) = Connect();
        Submission receive = Take(1);
        receive.PrepareReceive(fd, Allocate(8), 8);
        receive.Flags |= SubmissionFlags.Link;
        Take(2).PrepareLinkTimeout(Time(Long));
        RequireNothing();
        peer.Send("hi"u8);

        Dictionary<ulong, Completion> all = Next(2);

        Assert.Equal(2, all[1].Result);
        Assert.Equal(Errno.ECANCELED, all[2].Error);
    }

    [Fact]
    public void SubmitAndWait_NothingHappens_TimesOut() =>
        Assert.Equal(Errno.ETIME, Ring.SubmitAndWait(1, Short).Error);

    [Fact]
    public void PollMultishot_EventSignalledTwice_CompletesTwice()
    {
        int fd = Kernel.CreateEvent();
        Take(1).PreparePollMultishot(fd, PollEvents.Readable);
        RequireNothing();

        Kernel.Signal(fd);
        Assert.Equal((1UL, 1, CompletionFlags.More), Parts(Next()));
        RequireNothing();
        Kernel.Signal(fd);
        Assert.Equal((1UL, 1, CompletionFlags.More), Parts(Next()));
    }

    [Fact]
    public void PollRemove_Pending_CancelsIt()
    {
        Take(1).PreparePollAdd(Kernel.CreateEvent(), PollEvents.Readable);
        RequireNothing();
        Take(2).PreparePollRemove(1);

        Dictionary<ulong, Completion> all = Next(2);

        Assert.Equal(Errno.ECANCELED, all[1].Error);
        Assert.Equal(0, all[2].Result);
    }

    [Fact]
    public unsafe void Read_Event_WaitsAndTakesTheCount()
    {
        int fd = Kernel.CreateEvent();
        nint value = Allocate(sizeof(ulong));
        Take(1).PrepareRead(fd, value, sizeof(ulong), 0);
        RequireNothing();
        Kernel.Signal(fd);

        Assert.Equal(sizeof(ulong), Next().Result);
        Assert.Equal(1UL, *(ulong*)value);
    }

    [Fact]
    public void Read_ZerosIntoAGroup_TakesABufferEach()
    {
        int fd = Kernel.OpenZeros();
        Provide(4, 2);
        for (ulong token = 1; token <= 3; token++)
        {
            Submission read = Take(token);
            read.PrepareRead(fd, 0, 1, 0);
            read.Flags = SubmissionFlags.BufferSelect;
            read.BufferGroup = Group;
        }

        Dictionary<ulong, Completion> all = Next(3);

        Assert.Equal((1, (ushort)0), (all[1].Result, all[1].BufferId));
        Assert.Equal((1, (ushort)1), (all[2].Result, all[2].BufferId));
        Assert.Equal([0], ReadBuffer(all[2]));
        Assert.Equal((Errno.ENOBUFS, false), (all[3].Error, all[3].HasBuffer));
        Kernel.Close(fd);
    }

    [Fact]
    public void Cancel_Unknown_FindsNothing()
    {
        Take(2).PrepareCancel(99);

        Assert.Equal(Errno.ENOENT, Next().Error);
    }

    [Fact]
    public void CancelDescriptor_All_CountsThem()
    {
        (int fd, IPeerUnderTest _) = Connect();
        Take(1).PrepareReceive(fd, Allocate(8), 8);
        Take(2).PrepareReceive(fd, Allocate(8), 8);
        RequireNothing();
        Take(3).PrepareCancelDescriptor(fd, CancelOptions.All);

        Dictionary<ulong, Completion> all = Next(3);

        Assert.Equal(Errno.ECANCELED, all[1].Error);
        Assert.Equal(Errno.ECANCELED, all[2].Error);
        Assert.Equal(2, all[3].Result);
    }

    [Fact]
    public void CancelAny_NothingInFlight_CountsZero()
    {
        Take(1).PrepareCancelAny();

        Assert.Equal(0, Next().Result);
    }

    [Fact]
    public void MessageRing_ToItself_CompletesTwice()
    {
        Take(1).PrepareMessageRing(Ring.Descriptor, 42, 2);

        Dictionary<ulong, Completion> all = Next(2);

        Assert.Equal(0, all[1].Result);
        Assert.Equal(42, all[2].Result);
    }

    private static unsafe void SetOpcode(Submission submission, byte opcode) =>
        submission.Entry->opcode = opcode;

    private protected static (ulong UserData, int Result, CompletionFlags Flags) Parts(
        in Completion completion) =>
        (completion.UserData, completion.Result, completion.Flags);

    private protected static (ulong UserData, Errno Error) KeyAndError(in Completion completion) =>
        (completion.UserData, completion.Error);
}
