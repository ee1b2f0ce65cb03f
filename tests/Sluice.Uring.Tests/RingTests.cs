using Sluice.Uring.Interop;
using Sluice.Uring.Tests.Support;

namespace Sluice.Uring.Tests;

/// <summary>The ring on the running kernel.</summary>
public unsafe class RingTests : RingTest
{
    private const RingSetupFlags Deferred =
        RingSetupFlags.SingleIssuer | RingSetupFlags.DeferTaskrun;

    [Fact]
    [Trait("pitfall", "22")]
    public void Create_OnThisKernel_GivesADescriptorClosedOnExec() =>
        Assert.Equal(Os.FD_CLOEXEC, Os.Control(Ring.Descriptor, Os.F_GETFD, 0));

    [Fact]
    [Trait("pitfall", "2")]
    public void LinuxKernel_Refusing_ReturnsTheErrnoItself()
    {
        io_uring_params parameters = default;

        Assert.Equal(
            -(int)Errno.EINVAL, LinuxKernel.Instance.Setup(0, ref parameters, out _));
        Assert.Equal(-(int)Errno.EBADF, LinuxKernel.Instance.Enter(-1, 0, 0, 0, null, 0));
        Assert.Equal(
            -(int)Errno.EINVAL,
            LinuxKernel.Instance.Register(Ring.Descriptor, 9999, null, 0));
    }

    [Fact]
    [Trait("pitfall", "3")]
    public void Submit_StoppedByAMalformedEntry_KeepsTheRest()
    {
        using Ring ring = Ring.Create(
            new RingOptions { Entries = 4, Flags = RingSetupFlags.NoSqArray });
        AddNop(ring, 1);
        Assert.True(ring.TryGetSubmission(out Submission malformed));
        malformed.Entry->opcode = byte.MaxValue;
        malformed.UserData = 2;
        AddNop(ring, 3);

        Assert.Equal(2, ring.Submit().Value);
        Assert.Equal(1u, ring.SubmissionsPending);
        AddNop(ring, 4);
        AddNop(ring, 5);
        AddNop(ring, 6);
        Assert.False(ring.TryGetSubmission(out _));
        Assert.Equal(4, ring.Submit().Value);

        Assert.Equal([1, 2, 3, 4, 5, 6], Drain(ring, 6).Select(c => c.UserData));
    }

    [Fact]
    [Trait("pitfall", "12")]
    public void Completions_BeyondTheQueue_AreKeptAndComeIn()
    {
        const ulong Count = 40;
        using Ring ring = Ring.Create(new RingOptions { Entries = 4, CompletionEntries = 4 });
        var drained = new List<Completion>();
        bool overflown = false;

        for (ulong i = 0; i < Count; i++)
        {
            AddNop(ring, i);
            RingResult result = ring.Submit();
            overflown |= ring.HasOverflown;
            if (result.Error == Errno.EBUSY)
                drained.AddRange(Drain(ring, 1));
        }

        Assert.True(overflown);
        drained.AddRange(Drain(ring, (int)Count - drained.Count));
        Assert.Equal(Enumerable.Range(0, (int)Count), drained.Select(c => (int)c.UserData));
        Assert.Equal(0u, ring.CompletionsLost);
        Assert.False(ring.TryPeek(out _));
    }

    [Fact]
    [Trait("pitfall", "3")]
    public void Submit_ToAPollerThatSleeps_WakesIt()
    {
        using Ring ring = Ring.Create(new RingOptions
        {
            Flags = RingSetupFlags.SqPoll,
            SqPollIdle = TimeSpan.FromMilliseconds(1),
        });
        Assert.SkipUnless(ring.SetupFlags.HasFlag(RingSetupFlags.SqPoll), "no polling");

        for (ulong i = 0; i < 3; i++)
        {
            Assert.True(SpinWait.SpinUntil(() => ring.NeedsWakeUp, Patience));
            AddNop(ring, i);
            Assert.True(ring.Submit().IsSuccess);
            Assert.Equal(i, Assert.Single(Drain(ring, 1)).UserData);
        }
    }

    [Fact]
    [Trait("pitfall", "12")]
    public void WaitForSubmissionSpace_OnAFullPolledQueue_Comes()
    {
        using Ring ring = Ring.Create(
            new RingOptions { Entries = 2, Flags = RingSetupFlags.SqPoll });
        Assert.SkipUnless(ring.SetupFlags.HasFlag(RingSetupFlags.SqPoll), "no polling");

        for (int i = 0; i < 100; i++)
        {
            Submission submission;
            while (!ring.TryGetSubmission(out submission))
                Assert.True(ring.WaitForSubmissionSpace().IsSuccess);
            submission.PrepareNop();
            Assert.True(ring.Submit().IsSuccess);
            if (i % 2 == 1)
                Drain(ring, 2);
        }
    }

    [Fact]
    [Trait("pitfall", "16")]
    public void Submit_FromAForeignThread_FailsWithEEXIST()
    {
        using Ring ring = Ring.Create(new RingOptions { Flags = Deferred });
        Assert.SkipUnless(ring.SetupFlags.HasFlag(Deferred), "no single issuer");
        AddNop(ring, 1);

        Errno foreign = Errno.None;
        RunOnThread(() => foreign = ring.Submit().Error);

        Assert.Equal(Errno.EEXIST, foreign);
        Assert.Equal(1, ring.Submit().Value);
        Assert.Single(Drain(ring, 1));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("pitfall", "16")]
    public void Ring_CreatedOnAnotherThread_WorksThere(bool registerDescriptor)
    {
        ulong userData = 0;
        RunOnThread(() =>
        {
            using Ring ring = Ring.Create(new RingOptions
            {
                Flags = Deferred,
                RegisterDescriptor = registerDescriptor,
            });
            AddNop(ring, 7);
            Assert.Equal(1, ring.SubmitAndWait(1).Value);
            userData = Drain(ring, 1)[0].UserData;
        });

        Assert.Equal(7ul, userData);
    }

    [Theory]
    [InlineData(RingSetupFlags.None)]
    [InlineData(Deferred)]
    public void Dispose_WithOperationsInFlight_LeavesTheirMemoryAlone(RingSetupFlags flags)
    {
        (int one, int oneWriter) = Pipe();
        (int two, int twoWriter) = Pipe();
        (int three, int threeWriter) = SocketPair();
        nint memory = Memory(64);
        Ring ring = Ring.Create(new RingOptions { Flags = flags });
        AddTo(ring, s => s.PrepareRead(one, memory, 16, 0), SubmissionFlags.HardLink);
        AddTo(ring, s => s.PrepareRead(two, memory + 16, 16, 0));
        AddTo(ring, s => s.PrepareReceive(three, memory + 32, 16), SubmissionFlags.Async);
        Assert.Equal(3, ring.Submit().Value);

        ring.Dispose();
        WriteTo(oneWriter, "one");
        WriteTo(twoWriter, "two");
        WriteTo(threeWriter, "three");

        Assert.Equal("one", ReadFrom(one));
        Assert.Equal("two", ReadFrom(two));
        Assert.Equal("three", ReadFrom(three));
        Assert.Equal(new byte[64], new ReadOnlySpan<byte>((void*)memory, 64).ToArray());
    }

    [Fact]
    public void Dispose_WithItsDescriptorRegistered_GivesTheRingBack()
    {
        int* pair = stackalloc int[2];
        Assert.Equal(0, Os.Pipe(pair, Os.SOCK_CLOEXEC));
        int reader = OwnFd(pair[0]);
        Ring ring = Ring.Create(
            new RingOptions { Flags = Deferred, RegisterDescriptor = true });
        Assert.True(ring.Registration.Files.Register([pair[1]]).IsSuccess);
        Assert.Equal(0, Os.Close(pair[1]));

        ring.Dispose();

        // The pipe ends when the last reference to its writer goes, with the ring's table.
        Completion completion = Run(s => s.PreparePollAdd(reader, PollEvents.Readable));
        Assert.True(((PollEvents)completion.Result).HasFlag(PollEvents.HangUp));
    }

    [Fact]
    public void Enter_Raw_SubmitsAndWaits()
    {
        const uint GetEvents = 1;
        AddNop(Ring, 5);

        Assert.Equal(1, Ring.Enter(1, 1, GetEvents).Value);

        Assert.Equal(5ul, Next().UserData);
    }

    [Fact]
    public void SkipSuccess_OfASuccess_PostsNothing()
    {
        Add(s => s.PrepareNop(), 1, SubmissionFlags.SkipSuccess);
        Add(s => s.PrepareNop(), userData: 2);
        Submit();

        Assert.Equal(2ul, Next().UserData);
        Assert.False(Ring.TryPeek(out _));
    }

    [Fact]
    public void Drain_OfAnEarlierOperation_IsWaitedFor()
    {
        nint time = Value(Timespec.From(TimeSpan.FromMilliseconds(2)));
        Add(s => s.PrepareTimeout(time), userData: 1);
        Add(s => s.PrepareNop(), 2, SubmissionFlags.Drain);
        Submit();

        Assert.Equal(1ul, Next().UserData);
        Assert.Equal(2ul, Next().UserData);
    }

    [Fact]
    public void Async_OfARead_Completes()
    {
        int fd = MemoryFile("content");
        nint memory = Memory(16);

        Assert.Equal(
            7, RunSuccessfully(s => s.PrepareRead(fd, memory, 16, 0), SubmissionFlags.Async));
    }

    [Theory]
    [InlineData(RingSetupFlags.None)]
    [InlineData(RingSetupFlags.NoSqArray)]
    public void Ring_WithAndWithoutAnIndexArray_WorksAround(RingSetupFlags flags)
    {
        using Ring ring = Ring.Create(new RingOptions { Entries = 4, Flags = flags });

        for (ulong i = 0; i < 50; i++)
        {
            AddNop(ring, i);
            Assert.Equal(1, ring.Submit().Value);
            Assert.Equal(i, Drain(ring, 1)[0].UserData);
        }
    }

    [Fact]
    public void AttachTo_ARing_SharesItsWorkers()
    {
        using Ring ring = Ring.Create(new RingOptions { AttachTo = Ring });

        Assert.True(ring.SetupFlags.HasFlag(RingSetupFlags.AttachWorkers));
        AddNop(ring, 1);
        ring.Submit();
        Assert.Single(Drain(ring, 1));
    }

    [Fact]
    public void Clamp_OfTooManyEntries_GivesTheMost()
    {
        var options = new RingOptions { Entries = 1u << 20, Flags = RingSetupFlags.Clamp };

        using Ring ring = Ring.Create(options);

        Assert.Equal(32768u, ring.SubmissionEntries);
        options.Flags = RingSetupFlags.None;
        Assert.Equal(
            Errno.EINVAL, Assert.Throws<RingException>(() => Ring.Create(options)).Error);
    }

    [Fact]
    public void CompletionEntries_Given_AreTheQueuesSize()
    {
        using Ring ring = Ring.Create(new RingOptions { Entries = 4, CompletionEntries = 64 });

        Assert.Equal(4u, ring.SubmissionEntries);
        Assert.Equal(64u, ring.CompletionEntries);
    }

    [Fact]
    public void Probe_OfThisKernel_KnowsTheFirstAndNotTheLast()
    {
        RingProbe probe = Ring.Probe();

        Assert.True(probe.Supports(Opcode.Nop));
        Assert.True(probe.Last >= Opcode.SendZeroCopy);
        Assert.False(probe.Supports((Opcode)byte.MaxValue));
        Assert.False(probe.Supports(probe.Last + 1));
    }

    private static void RunOnThread(Action action)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                action();
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        });
        thread.Start();
        Assert.True(thread.Join(Patience));
        Assert.Null(failure);
    }
}
