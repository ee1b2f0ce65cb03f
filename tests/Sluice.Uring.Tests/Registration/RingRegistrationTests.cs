using Sluice.Uring.Tests.Support;

namespace Sluice.Uring.Tests.Registration;

public unsafe class RingRegistrationTests : RingTest
{
    [Fact]
    public void Event_Registered_CountsCompletionsWhileEnabled()
    {
        int events = OwnFd(Os.EventFd(0, Os.EFD_NONBLOCK | Os.SOCK_CLOEXEC));
        Assert.True(Ring.Registration.RegisterEvent(events).IsSuccess);

        Assert.True(Ring.EventsEnabled);
        Run(s => s.PrepareNop());
        Assert.Equal(1, Count(events));
        Ring.EventsEnabled = false;
        Assert.False(Ring.EventsEnabled);
        Run(s => s.PrepareNop());
        Assert.Equal(0, Count(events));
        Ring.EventsEnabled = true;
        Run(s => s.PrepareNop());
        Assert.Equal(1, Count(events));
        Assert.True(Ring.Registration.UnregisterEvent().IsSuccess);
        Run(s => s.PrepareNop());
        Assert.Equal(0, Count(events));
    }

    [Fact]
    public void Event_OnlyAsync_CountsWhatWorkersComplete()
    {
        int events = OwnFd(Os.EventFd(0, Os.EFD_NONBLOCK | Os.SOCK_CLOEXEC));
        Assert.True(Ring.Registration.RegisterEvent(events, onlyAsync: true).IsSuccess);

        Run(s => s.PrepareNop());
        Assert.Equal(0, Count(events));
        Run(s => s.PrepareNop(), flags: SubmissionFlags.Async);
        Assert.True(SpinWait.SpinUntil(() => Count(events) == 1, Patience));
    }

    [Fact]
    public void Personality_Registered_IsAcceptedUntilUnregistered()
    {
        RingResult personality = Ring.Registration.RegisterPersonality();
        Assert.True(personality.Value > 0);

        Assert.Equal(0, RunAs((ushort)personality.Value).Result);
        Assert.True(
            Ring.Registration.UnregisterPersonality((ushort)personality.Value).IsSuccess);

        Assert.Equal(Errno.EINVAL, RunAs((ushort)personality.Value).Error);
    }

    [Fact]
    public void Restrict_ADisabledRing_AllowsOnlyThat()
    {
        const byte EnableRings = 12;
        using Ring ring = Ring.Create(new RingOptions { Flags = RingSetupFlags.Disabled });
        (int first, _) = SocketPair();
        nint text = Text("x");
        Prepare(ring, s => s.PrepareNop());
        Assert.Equal(Errno.EBADFD, ring.Submit().Error);

        Assert.Equal(
            Errno.None,
            ring.Registration.Restrict(
            [
                RingRestriction.AllowOperation(Opcode.Nop),
                RingRestriction.AllowFlags(SubmissionFlags.Async),
                RingRestriction.AllowRegister(EnableRings),
            ]).Error);
        Assert.Equal(Errno.None, ring.Enable().Error);
        Assert.Equal(0, Next(ring).Result);

        Prepare(ring, s => s.PrepareSend(first, text, 1));
        Assert.Equal(Errno.EACCES, Next(ring).Error);
        Prepare(ring, s => s.PrepareNop(), SubmissionFlags.Drain);
        Assert.Equal(Errno.EACCES, Next(ring).Error);
        Prepare(ring, s => s.PrepareNop(), SubmissionFlags.Async);
        Assert.Equal(Errno.None, Next(ring).Error);
        Assert.Equal(Errno.EACCES, ring.Registration.UnregisterEvent().Error);
    }

    [Fact]
    public void Restrict_RequiringAFlag_RefusesWithoutIt()
    {
        using Ring ring = Ring.Create(new RingOptions { Flags = RingSetupFlags.Disabled });
        Assert.True(ring.Registration.Restrict(
        [
            RingRestriction.AllowOperation(Opcode.Nop),
            RingRestriction.RequireFlags(SubmissionFlags.Async),
        ]).IsSuccess);
        Assert.True(ring.Enable().IsSuccess);

        Prepare(ring, s => s.PrepareNop());
        Assert.Equal(Errno.EACCES, Next(ring).Error);
        Prepare(ring, s => s.PrepareNop(), SubmissionFlags.Async);
        Assert.Equal(Errno.None, Next(ring).Error);
    }

    [Fact]
    public void WorkerAffinity_OfAllowedCpus_IsAccepted()
    {
        RingRegistration registration = Ring.Registration;
        int cpu = CpuAffinity.GetAllowedCpus()[0];

        Assert.Equal(Errno.None, registration.SetWorkerAffinity([cpu]).Error);
        Assert.Equal(Errno.None, registration.ClearWorkerAffinity().Error);
        Assert.Throws<ArgumentOutOfRangeException>(() => registration.SetWorkerAffinity([-1]));
    }

    [Fact]
    public void WorkersMax_Set_AreToldAtTheNextCall()
    {
        uint bounded = 3;
        uint unbounded = 5;
        RingRegistration registration = Ring.Registration;
        Assert.Equal(Errno.None, registration.SetWorkersMax(ref bounded, ref unbounded).Error);

        (bounded, unbounded) = (0, 0);
        Assert.True(registration.SetWorkersMax(ref bounded, ref unbounded).IsSuccess);

        Assert.Equal((3u, 5u), (bounded, unbounded));
    }

    [Fact]
    public void Cancel_OfAnOperation_EndsOnlyThat()
    {
        (int reader, _) = Pipe();
        Add(s => s.PreparePollAdd(reader, PollEvents.Readable), userData: 5);
        Add(s => s.PreparePollAdd(reader, PollEvents.Readable), userData: 6);
        Submit();

        Assert.Equal(Errno.ENOENT, Ring.Registration.Cancel(7, Patience).Error);
        Assert.True(Ring.Registration.Cancel(5, Timeout.InfiniteTimeSpan).IsSuccess);

        Completion completion = Next();
        Assert.Equal((5ul, Errno.ECANCELED), (completion.UserData, completion.Error));
        Assert.False(Ring.TryPeek(out _));
    }

    [Fact]
    public void CancelDescriptor_OfOne_LeavesTheOthers()
    {
        (int one, _) = Pipe();
        (int two, _) = Pipe();
        Add(s => s.PreparePollAdd(one, PollEvents.Readable), userData: 1);
        Add(s => s.PreparePollAdd(two, PollEvents.Readable), userData: 2);
        Submit();

        Assert.True(Ring.Registration.CancelDescriptor(two, Patience).IsSuccess);

        Assert.Equal(2ul, Next().UserData);
        Assert.False(Ring.TryPeek(out _));
    }

    [Fact]
    public void CancelAny_OfTwo_EndsBoth()
    {
        (int reader, _) = Pipe();
        Add(s => s.PreparePollAdd(reader, PollEvents.Readable), userData: 1);
        Add(s => s.PreparePollAdd(reader, PollEvents.Readable), userData: 2);
        Submit();

        Assert.Equal(2, Ring.Registration.CancelAny(Patience).Value);

        Assert.All(Next(2).Values, c => Assert.Equal(Errno.ECANCELED, c.Error));
    }

    [Fact]
    public void Napi_Registered_IsToldAtTheNextCall()
    {
        TimeSpan time = TimeSpan.FromMicroseconds(50);
        bool prefer = true;
        RingResult result = Ring.Registration.RegisterNapi(ref time, ref prefer);
        Assert.SkipWhen(result.Error == Errno.EOPNOTSUPP, "built without busy polling");
        SkipIfUnknown(result.Error);
        Assert.Equal((TimeSpan.Zero, false), (time, prefer));

        Assert.True(Ring.Registration.RegisterNapi(ref time, ref prefer).IsSuccess);

        Assert.Equal((TimeSpan.FromMicroseconds(50), true), (time, prefer));
        Assert.Equal(Errno.None, Ring.Registration.UnregisterNapi().Error);
    }

    [Fact]
    public void Clock_ThatKeepsTimeAsleep_IsAcceptedAndTheWallClockIsNot()
    {
        RingResult result = Ring.Registration.SetClock(RingClock.BootTime);
        SkipIfUnknown(result.Error);

        Assert.Equal(Errno.None, result.Error);
        Assert.Equal(Errno.ETIME, Ring.Wait(out _, TimeSpan.FromMilliseconds(1)).Error);
        Assert.Equal(Errno.EINVAL, Ring.Registration.SetClock(RingClock.RealTime).Error);
    }

    [Fact]
    public void SendMessage_WithoutARing_CompletesOnTheTarget()
    {
        RingResult result = RingRegistration.SendMessage(Ring.Descriptor, 42, 77);
        SkipIfUnknown(result.Error);

        Completion completion = Next();

        Assert.Equal((42, 77ul), (completion.Result, completion.UserData));
    }

    [Fact]
    public void Resize_WithEntriesInBothQueues_KeepsThem()
    {
        using Ring ring = Ring.Create(new RingOptions
        {
            Entries = 4,
            Flags = RingSetupFlags.DeferTaskrun | RingSetupFlags.NoSqArray,
        });
        for (ulong i = 1; i <= 3; i++)
            Prepare(ring, s => s.PrepareNop(), userData: i);
        ring.Submit();
        Prepare(ring, s => s.PrepareNop(), userData: 4);

        RingResult result = ring.Resize(64, 256);
        SkipIfUnknown(result.Error);

        Assert.Equal((64u, 256u), (ring.SubmissionEntries, ring.CompletionEntries));
        Assert.Equal(1u, ring.SubmissionsPending);
        for (ulong i = 5; i <= 50; i++)
            Prepare(ring, s => s.PrepareNop(), userData: i);
        Assert.Equal(47, ring.Submit().Value);
        for (ulong i = 1; i <= 50; i++)
            Assert.Equal(i, Next(ring).UserData);
    }

    [Fact]
    public void Resize_WithoutASizeForCompletions_GivesTwiceAsMany()
    {
        using Ring ring = Ring.Create(new RingOptions
        {
            Entries = 4,
            Flags = RingSetupFlags.DeferTaskrun | RingSetupFlags.NoSqArray,
        });

        SkipIfUnknown(ring.Resize(64).Error);

        Assert.Equal((64u, 128u), (ring.SubmissionEntries, ring.CompletionEntries));
    }

    private static void Prepare(
        Ring ring, Prepare prepare, SubmissionFlags flags = 0, ulong userData = 0)
    {
        Assert.True(ring.TryGetSubmission(out Submission submission));
        prepare(submission);
        submission.Flags |= flags;
        submission.UserData = userData;
    }

    private static Completion Next(Ring ring)
    {
        if (ring.SubmissionsPending != 0)
            Assert.True(ring.Submit().IsSuccess);
        Assert.True(ring.Wait(out Completion completion, Patience).IsSuccess);
        ring.Seen();
        return completion;
    }

    private static long Count(int events)
    {
        long count = 0;
        return Os.Read(events, &count, sizeof(long)) == sizeof(long) ? count : 0;
    }

    private Completion RunAs(ushort personality)
    {
        Assert.True(Ring.TryGetSubmission(out Submission submission));
        submission.PrepareNop();
        submission.Personality = personality;
        Submit();
        return Next();
    }
}
