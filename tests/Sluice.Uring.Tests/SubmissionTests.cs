using Sluice.Uring.Tests.Support;

namespace Sluice.Uring.Tests;

/// <summary>The ring over a scripted kernel: what may go wrong between the two.</summary>
public sealed class SubmissionTests : IDisposable
{
    private const uint SyncCancel = 24;

    private readonly ScriptedKernel _kernel = new();
    private readonly Ring _ring;

    public SubmissionTests()
    {
        _ring = Ring.Create(new RingOptions { Entries = 4 }, _kernel);
    }

    public void Dispose()
    {
        _ring.Dispose();
        _kernel.Dispose();
    }

    [Fact]
    [Trait("pitfall", "12")]
    public void TryGetSubmission_OnAFullQueue_IsFalseUntilTheKernelConsumes()
    {
        Add(1, 2, 3, 4);

        Assert.False(_ring.TryGetSubmission(out _));
        Assert.Equal(0u, _ring.SubmissionsFree);
        Assert.Equal(4, _ring.Submit().Value);

        Assert.True(_ring.TryGetSubmission(out _));
        Assert.Equal([1ul, 2, 3, 4], _kernel.Consumed);
    }

    [Fact]
    [Trait("pitfall", "3")]
    public void Submit_ConsumedInPart_KeepsTheRestUntouched()
    {
        _kernel.OnEnter = call =>
        {
            _kernel.Consume(Math.Min(call.ToSubmit, 2));
            return (int)Math.Min(call.ToSubmit, 2);
        };
        Add(1, 2, 3, 4);

        Assert.Equal(2, _ring.Submit().Value);
        Assert.Equal(2u, _ring.SubmissionsPending);
        Add(5, 6);
        Assert.False(_ring.TryGetSubmission(out _));
        Assert.Equal(2, _ring.Submit().Value);
        Assert.Equal(2, _ring.Submit().Value);

        Assert.Equal([1ul, 2, 3, 4, 5, 6], _kernel.Consumed);
    }

    [Fact]
    public void Submit_ManyTimesAround_LosesNothing()
    {
        for (ulong i = 0; i < 1000; i++)
        {
            Add(i);
            if (i % 3 == 2)
                _ring.Submit();
        }

        _ring.Submit();
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => (ulong)i), _kernel.Consumed);
    }

    [Theory]
    [InlineData(Errno.EINTR)]
    [InlineData(Errno.EAGAIN)]
    [InlineData(Errno.EBUSY)]
    [Trait("pitfall", "2")]
    public void Submit_Refused_IsAValueAndKeepsTheEntries(Errno error)
    {
        _kernel.OnEnter = _ => -(int)error;
        Add(1, 2);

        RingResult result = _ring.Submit();

        Assert.Equal(error, result.Error);
        Assert.False(result.IsSuccess);
        Assert.Equal(0, result.Count);
        Assert.Equal(2u, _ring.SubmissionsPending);
        _kernel.OnEnter = null;
        Assert.Equal(2, _ring.Submit().Value);
    }

    [Fact]
    [Trait("pitfall", "2")]
    public void Wait_Interrupted_WaitsOn()
    {
        int interruptions = 3;
        _kernel.OnEnter = _ =>
        {
            if (interruptions-- > 0)
                return -(int)Errno.EINTR;
            _kernel.Complete(new Completion(7, 42, CompletionFlags.None));
            return 0;
        };

        Assert.True(_ring.Wait(out Completion completion).IsSuccess);

        Assert.Equal(42, completion.Result);
        Assert.Equal(4, _kernel.Enters.Count);
    }

    [Fact]
    public void Wait_Failing_IsAValue()
    {
        _kernel.OnEnter = _ => -(int)Errno.EBADF;

        RingResult result = _ring.Wait(out Completion completion);

        Assert.Equal(Errno.EBADF, result.Error);
        Assert.Equal(0ul, completion.UserData);
    }

    [Fact]
    public void Peek_OfSeveral_CopiesWithoutConsuming()
    {
        for (ulong i = 1; i <= 3; i++)
            _kernel.Complete(new Completion(i, 0, CompletionFlags.None));
        var completions = new Completion[2];

        Assert.Equal(2, _ring.Peek(completions));
        Assert.Equal(2ul, completions[1].UserData);
        Assert.Equal(3u, _ring.CompletionsReady);
        _ring.Advance(2);

        Assert.True(_ring.TryPeek(out Completion third));
        Assert.Equal(3ul, third.UserData);
        Assert.Empty(_kernel.Enters);
    }

    [Fact]
    public void ReadyCompletions_AcrossTheWrap_ComeInTwoParts()
    {
        for (int i = 0; i < 6; i++)
            _kernel.Complete(default);
        _ring.Advance(6);
        for (ulong i = 0; i < 4; i++)
            _kernel.Complete(new Completion(i + 1, 0, CompletionFlags.None));

        Assert.Equal(4u, _ring.CompletionsReady);
        Assert.Equal(2, _ring.ReadyCompletions.Length);
        Assert.Equal(1ul, _ring.ReadyCompletions[0].UserData);
        _ring.Advance(2);
        Assert.Equal(2, _ring.ReadyCompletions.Length);
        Assert.Equal(3ul, _ring.ReadyCompletions[0].UserData);
        Assert.Equal(2u, _ring.CompletionsReady);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(-1)]
    public void Advance_BeyondWhatIsReady_Throws(int count)
    {
        _kernel.Complete(default);

        Assert.Throws<ArgumentOutOfRangeException>(() => _ring.Advance(count));

        Assert.Equal(1u, _ring.CompletionsReady);
    }

    [Fact]
    [Trait("pitfall", "12")]
    public void Peek_WithOverflownCompletions_EntersForThem()
    {
        const uint Overflown = 1u << 1;
        const uint GetEvents = 1;
        _kernel.SubmissionFlagBits = Overflown;
        _kernel.OnEnter = _ =>
        {
            _kernel.Complete(new Completion(7, 0, CompletionFlags.None));
            return 0;
        };

        Assert.True(_ring.HasOverflown);
        Assert.True(_ring.TryPeek(out Completion completion));

        Assert.Equal(7ul, completion.UserData);
        Assert.Equal(GetEvents, Assert.Single(_kernel.Enters).Flags);
    }

    [Fact]
    [Trait("pitfall", "16")]
    public void Submit_OnADeferredRing_AlwaysAsksForEvents()
    {
        const uint GetEvents = 1;
        using var kernel = new ScriptedKernel();
        using Ring ring = Ring.Create(
            new RingOptions { Flags = RingSetupFlags.DeferTaskrun }, kernel);
        Assert.True(ring.TryGetSubmission(out _));

        ring.Submit();
        ring.Submit();
        Assert.False(ring.TryPeek(out _));

        Assert.Equal(3, kernel.Enters.Count);
        Assert.All(kernel.Enters, call => Assert.Equal(GetEvents, call.Flags & GetEvents));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("pitfall", "3")]
    public void Submit_OnAPolledRing_EntersOnlyToWakeThePoller(bool asleep)
    {
        const uint NeedsWakeUp = 1;
        const uint WakeUp = 2;
        using var kernel = new ScriptedKernel();
        using Ring ring = Ring.Create(new RingOptions { Flags = RingSetupFlags.SqPoll }, kernel);
        kernel.SubmissionFlagBits = asleep ? NeedsWakeUp : 0;
        Assert.True(ring.TryGetSubmission(out _));

        Assert.Equal(1, ring.Submit().Value);

        Assert.Equal(asleep, ring.NeedsWakeUp);
        Assert.Equal(asleep ? [WakeUp] : [], kernel.Enters.Select(call => call.Flags));
    }

    [Fact]
    [Trait("pitfall", "3")]
    public void Peek_OnAPolledRing_DoesNotPublishWhatIsBeingPrepared()
    {
        const uint HasWork = 1u << 2;
        using var kernel = new ScriptedKernel();
        using Ring ring = Ring.Create(new RingOptions { Flags = RingSetupFlags.SqPoll }, kernel);
        Assert.True(ring.TryGetSubmission(out _));
        kernel.SubmissionFlagBits = HasWork;
        kernel.OnEnter = _ =>
        {
            Assert.Throws<Xunit.Sdk.NotEqualException>(() => kernel.Consume(1));
            return 0;
        };

        Assert.False(ring.TryPeek(out _));

        Assert.Single(kernel.Enters);
    }

    [Fact]
    public void Completion_WithAnErrorAndABuffer_HasBoth()
    {
        var completion = new Completion(
            5,
            -(int)Errno.ECONNRESET,
            CompletionFlags.Buffer | CompletionFlags.BufferMore | (CompletionFlags)(0xabcdu << 16));

        Assert.Equal(Errno.ECONNRESET, completion.Error);
        Assert.True(completion.HasBuffer);
        Assert.True(completion.HasMoreInBuffer);
        Assert.Equal(0xabcd, completion.BufferId);
        Assert.False(completion.HasMore);
        Assert.False(completion.IsNotification);
    }

    [Fact]
    public void Dispose_WithWorkUnderWay_CancelsUntilNothingIsLeft()
    {
        const uint GetEvents = 1;
        int[] found = [2, 0, 1, 0, 0, 0];
        _kernel.OnRegister = _ => found[_kernel.Registers.Count - 1];

        _ring.Dispose();

        Assert.Equal(Enumerable.Repeat(SyncCancel, 5), _kernel.Registers);
        Assert.Equal(5, _kernel.Enters.Count);
        Assert.All(_kernel.Enters, call => Assert.Equal(GetEvents, call.Flags));
        Assert.Equal(1, _kernel.Closed);
    }

    [Fact]
    public void Dispose_OnAKernelThatCannotCancel_Closes()
    {
        _kernel.OnRegister = _ => -(int)Errno.EINVAL;

        _ring.Dispose();

        Assert.Single(_kernel.Registers);
        Assert.Equal(1, _kernel.Closed);
    }

    [Fact]
    public void Dispose_WithWorkThatNeverEnds_GivesUp()
    {
        _kernel.OnRegister = static _ => 1;

        _ring.Dispose();

        Assert.True(_kernel.Registers.Count > 1);
        Assert.Equal(1, _kernel.Closed);
    }

    [Fact]
    [Trait("pitfall", "12")]
    public void Ring_KernelCountedWhatItDropped_SaysSo()
    {
        _kernel.Dropped = 3;
        _kernel.Overflow = 5;

        Assert.Equal(3u, _ring.SubmissionsDropped);
        Assert.Equal(5u, _ring.CompletionsLost);
    }

    [Theory]
    [InlineData(RingSetupFlags.None, new uint[] { 0, 1, 2, 3, 0 })]
    [InlineData(RingSetupFlags.NoSqArray, new uint[] { 0, 0, 0, 0, 0 })]
    public void Create_WithAndWithoutAnIndexArray_WritesWhatThereIsOfIt(
        RingSetupFlags flags, uint[] expected)
    {
        using var kernel = new ScriptedKernel();
        using Ring ring = Ring.Create(new RingOptions { Entries = 4, Flags = flags }, kernel);

        Assert.Equal(expected, kernel.IndexArray.ToArray());
    }

    [Fact]
    public void Resize_ThatCannotBeMapped_SaysWhy()
    {
        _kernel.RemapResult = -(int)Errno.ENOMEM;

        Assert.Equal(Errno.ENOMEM, Assert.Throws<RingException>(() => _ring.Resize(8)).Error);
    }

    [Fact]
    public void DisposedRing_WhenUsed_ThrowsInsteadOfTouchingItsMemory()
    {
        _ring.Dispose();
        _ring.Dispose();

        Assert.Equal(1, _kernel.Closed);
        Assert.Throws<ObjectDisposedException>(() => _ring.TryGetSubmission(out _));
        Assert.Throws<ObjectDisposedException>(() => _ring.Submit());
        Assert.Throws<ObjectDisposedException>(() => _ring.SubmitAndWait(1));
        Assert.Throws<ObjectDisposedException>(() => _ring.Enter(0, 0, 0));
        Assert.Throws<ObjectDisposedException>(() => _ring.Register(0, 0, 0));
        Assert.Throws<ObjectDisposedException>(() => _ring.TryPeek(out _));
        Assert.Throws<ObjectDisposedException>(() => _ring.Wait(out _));
        Assert.Throws<ObjectDisposedException>(() => _ring.ReadyCompletions.Length);
        Assert.Throws<ObjectDisposedException>(() => _ring.CompletionsReady);
        Assert.Throws<ObjectDisposedException>(() => _ring.SubmissionsFree);
        Assert.Throws<ObjectDisposedException>(() => _ring.HasOverflown);
        Assert.Throws<ObjectDisposedException>(() => _ring.Advance(0));
        Assert.Throws<ObjectDisposedException>(() => _ring.EventsEnabled = true);
        Assert.Throws<ObjectDisposedException>(() => _ring.Probe());
        Assert.Throws<ObjectDisposedException>(() => _ring.Resize(8));
    }

    private void Add(params ulong[] userData)
    {
        foreach (ulong value in userData)
        {
            Assert.True(_ring.TryGetSubmission(out Submission submission));
            Assert.Equal(new byte[64], submission.Bytes.ToArray());
            submission.PrepareNop();
            submission.UserData = value;
        }
    }
}
