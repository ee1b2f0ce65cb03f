using Sluice.Uring.Tests.Support;
using static Sluice.Uring.Interop.IoUringConstants;

namespace Sluice.Uring.Tests;

/// <summary>What the ring asks of the kernel, and when it does not call at all.</summary>
public sealed class RingEnterTests : IDisposable
{
    private readonly ScriptedKernel _kernel = new();

    public void Dispose() => _kernel.Dispose();

    [Fact]
    public void Submit_Nothing_DoesNotCall()
    {
        using Ring ring = Create();

        Assert.Equal(0, ring.Submit().Value);

        Assert.Empty(_kernel.Enters);
    }

    [Fact]
    public void Submit_Entries_NamesTheirNumberAndAsksForNothingElse()
    {
        using Ring ring = Create();
        Add(ring, 2);

        Assert.Equal(2, ring.Submit().Value);

        Assert.Equal([new(0, 2, 0, 0)], _kernel.Enters);
    }

    [Fact]
    [Trait("pitfall", "12")]
    public void Submit_NothingButTheKernelHoldsCompletions_EntersForThem()
    {
        using Ring ring = Create();
        _kernel.SubmissionFlagBits = IORING_SQ_CQ_OVERFLOW;

        ring.Submit();

        Assert.Equal([new(0, 0, 0, IORING_ENTER_GETEVENTS)], _kernel.Enters);
    }

    [Fact]
    public void SubmitAndWait_ForCompletions_AsksForThemWithoutALimit()
    {
        using Ring ring = Create();

        ring.SubmitAndWait(3);

        Assert.Equal([new(0, 0, 3, IORING_ENTER_GETEVENTS)], _kernel.Enters);
    }

    [Fact]
    public void SubmitAndWait_ForNothing_IsASubmit()
    {
        using Ring ring = Create();

        ring.SubmitAndWait(0);

        Assert.Empty(_kernel.Enters);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void SubmitAndWait_WithALimit_HandsItOver(uint minComplete)
    {
        using Ring ring = Create();
        TimeSpan limit = TimeSpan.FromSeconds(3.25);

        ring.SubmitAndWait(minComplete, limit);

        ScriptedKernel.EnterCall call = Assert.Single(_kernel.Enters);
        Assert.Equal(IORING_ENTER_GETEVENTS | IORING_ENTER_EXT_ARG, call.Flags);
        Assert.Equal(minComplete, call.MinComplete);
        Assert.Equal(new(limit, 0), call.Wait);
    }

    [Theory]
    [InlineData(1_500, 1_500)]
    [InlineData(0, 0)]
    [InlineData(-1, 0)]
    public void SubmitAndWait_WithAMinimum_HandsItOverInMicroseconds(
        int microseconds, uint expected)
    {
        using Ring ring = Create();

        ring.SubmitAndWait(
            2, Timeout.InfiniteTimeSpan, TimeSpan.FromMicroseconds(microseconds));

        Assert.Equal(
            new(Timeout.InfiniteTimeSpan, expected), Assert.Single(_kernel.Enters).Wait);
    }

    [Fact]
    public void Enter_Raw_PublishesAndPassesOn()
    {
        using Ring ring = Create();
        Add(ring, 2);

        ring.Enter(1, 5, IORING_ENTER_GETEVENTS);

        Assert.Equal([new(0, 1, 5, IORING_ENTER_GETEVENTS)], _kernel.Enters);
        Assert.Equal(1u, ring.SubmissionsPending);
    }

    [Fact]
    public void Peek_CompletionsAreReady_DoesNotCallForMore()
    {
        using Ring ring = Create();
        _kernel.SubmissionFlagBits = IORING_SQ_TASKRUN;
        _kernel.Complete(default);

        Assert.True(ring.TryPeek(out _));

        Assert.Empty(_kernel.Enters);
    }

    [Fact]
    public void Peek_IntoNothing_DoesNotCall()
    {
        using Ring ring = Create();
        _kernel.SubmissionFlagBits = IORING_SQ_TASKRUN;

        Assert.Equal(0, ring.Peek([]));

        Assert.Empty(_kernel.Enters);
    }

    [Theory]
    [InlineData(RingSetupFlags.None, 0)]
    [InlineData(RingSetupFlags.CoopTaskrun | RingSetupFlags.TaskrunFlag, 0)]
    [InlineData(RingSetupFlags.DeferTaskrun | RingSetupFlags.TaskrunFlag, 0)]
    [InlineData(RingSetupFlags.DeferTaskrun, 1)]
    public void Peek_NothingIsReady_EntersOnlyIfTheKernelMayHideWork(
        RingSetupFlags flags, int calls)
    {
        using Ring ring = Create(flags);

        Assert.False(ring.TryPeek(out _));

        Assert.Equal(calls, _kernel.Enters.Count);
    }

    [Fact]
    public void Peek_KernelSaysThatWorkWaits_Enters()
    {
        using Ring ring = Create(RingSetupFlags.CoopTaskrun | RingSetupFlags.TaskrunFlag);
        _kernel.SubmissionFlagBits = IORING_SQ_TASKRUN;

        Assert.False(ring.TryPeek(out _));

        Assert.Equal([new(0, 0, 0, IORING_ENTER_GETEVENTS)], _kernel.Enters);
        Assert.False(ring.HasOverflown);
    }

    [Theory]
    [InlineData(RingSetupFlags.None, 4, false)]
    [InlineData(RingSetupFlags.SqPoll, 3, false)]
    [InlineData(RingSetupFlags.SqPoll, 4, true)]
    public void WaitForSubmissionSpace_OnlyOfAFullPolledQueue_Waits(
        RingSetupFlags flags, int entries, bool waits)
    {
        using Ring ring = Create(flags);
        Add(ring, entries);

        Assert.Equal(0, ring.WaitForSubmissionSpace().Value);

        Assert.Equal(
            waits ? [new(0, 0, 0, IORING_ENTER_SQ_WAIT)] : [], _kernel.Enters);
    }

    [Fact]
    public void Wait_WithALimit_HandsOverWhatIsLeftOfIt()
    {
        using Ring ring = Create();
        _kernel.OnEnter = _ =>
        {
            _kernel.Complete(default);
            return 0;
        };
        TimeSpan limit = TimeSpan.FromHours(1);

        Assert.Equal(1, ring.Wait(new Completion[2], 1, limit).Value);

        ScriptedKernel.EnterCall call = Assert.Single(_kernel.Enters);
        Assert.Equal(IORING_ENTER_GETEVENTS | IORING_ENTER_EXT_ARG, call.Flags);
        Assert.Equal(1u, call.MinComplete);
        Assert.InRange(call.Wait!.Value.Timeout, limit / 2, limit);
    }

    [Theory]
    [InlineData(RingSetupFlags.None, true, 1, false)]
    [InlineData(RingSetupFlags.SingleIssuer, false, 1, false)]
    [InlineData(RingSetupFlags.SingleIssuer, true, -22, false)]
    [InlineData(RingSetupFlags.SingleIssuer, true, 1, true)]
    public void Create_WithADescriptorToRegister_EntersByItIfItWasTaken(
        RingSetupFlags flags, bool isWanted, int answer, bool isTaken)
    {
        _kernel.OnRegister = opcode =>
            opcode == IORING_REGISTER_RING_FDS ? answer : -(int)Errno.EINVAL;
        var options = new RingOptions { Flags = flags, RegisterDescriptor = isWanted };
        Ring ring = Ring.Create(options, _kernel);
        Add(ring, 1);

        ring.Submit();
        ring.Dispose();

        Assert.Equal(
            isTaken
                ? new(ScriptedKernel.RegisteredIndex, 1, 0, IORING_ENTER_REGISTERED_RING)
                : new(0, 1, 0, 0),
            Assert.Single(_kernel.Enters));
        Assert.Equal(isTaken, _kernel.Registers.Contains(IORING_UNREGISTER_RING_FDS));
    }

    private static void Add(Ring ring, int count)
    {
        for (int i = 0; i < count; i++)
            Assert.True(ring.TryGetSubmission(out _));
    }

    private Ring Create(RingSetupFlags flags = RingSetupFlags.None)
    {
        // Nothing to cancel at the end: what was called then is not looked at.
        _kernel.OnRegister = static _ => -(int)Errno.EINVAL;
        return Ring.Create(new RingOptions { Entries = 4, Flags = flags }, _kernel);
    }
}
