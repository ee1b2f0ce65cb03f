using Sluice.Uring.Tests.Support;

namespace Sluice.Uring.Tests.Operations;

public class TimeoutOperationsTests : RingTest
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Forever = TimeSpan.FromDays(1);

    [Fact]
    public void Timeout_ThatRunsOut_CompletesWithETIME()
    {
        nint time = Time(Short);

        Assert.Equal(Errno.ETIME, Run(s => s.PrepareTimeout(time)).Error);
    }

    [Fact]
    public void Timeout_AbsoluteInThePast_CompletesAtOnce()
    {
        nint time = Time(Short);

        Completion completion = Run(
            s => s.PrepareTimeout(time, 0, TimeoutFlags.Absolute | TimeoutFlags.RealTime));

        Assert.Equal(Errno.ETIME, completion.Error);
    }

    [Fact]
    public void Timeout_WithACount_CompletesAfterThatManyOthers()
    {
        nint time = Time(Forever);
        Add(s => s.PrepareTimeout(time, count: 2), userData: 1);
        Add(s => s.PrepareNop(), userData: 2);
        Add(s => s.PrepareNop(), userData: 3);
        Submit();

        Assert.Equal([2ul, 3ul], Next(2).Keys);
        Completion completion = Next();
        Assert.Equal((1ul, 0), (completion.UserData, completion.Result));
    }

    [Fact]
    public void Timeout_WhoseExpiryIsSuccess_KeepsTheChain()
    {
        nint time = Time(Short);
        Add(
            s => s.PrepareTimeout(time, 0, TimeoutFlags.ExpiryIsSuccess), 1, SubmissionFlags.Link);
        Add(s => s.PrepareNop(), userData: 2);
        Submit();

        Dictionary<ulong, Completion> completions = Next(2);

        Assert.Equal(Errno.ETIME, completions[1].Error);
        Assert.Equal(0, completions[2].Result);
    }

    [Fact]
    public void Timeout_Multishot_CompletesThatManyTimes()
    {
        nint time = Time(Short);
        Add(s => s.PrepareTimeout(time, 2, TimeoutFlags.Multishot));
        Submit();

        Completion first = Next();
        SkipIfUnknown(first.Error);
        Assert.True(first.HasMore);
        Assert.False(Next().HasMore);
    }

    [Fact]
    public void TimeoutRemove_OfATimeout_CancelsIt()
    {
        nint time = Time(Forever);
        Add(s => s.PrepareTimeout(time), userData: 1);
        Add(s => s.PrepareTimeoutRemove(1), userData: 2);
        Submit();

        Dictionary<ulong, Completion> completions = Next(2);

        Assert.Equal(Errno.ECANCELED, completions[1].Error);
        Assert.Equal(0, completions[2].Result);
    }

    [Fact]
    public void TimeoutUpdate_ToAShorterTime_RunsOut()
    {
        nint forever = Time(Forever);
        nint shorter = Time(Short);
        Add(s => s.PrepareTimeout(forever), userData: 1);
        Add(s => s.PrepareTimeoutUpdate(1, shorter), userData: 2);
        Submit();

        Dictionary<ulong, Completion> completions = Next(2);

        Assert.Equal(Errno.ETIME, completions[1].Error);
        Assert.Equal(0, completions[2].Result);
    }

    [Fact]
    public void LinkTimeout_ThatRunsOut_CancelsWhatItIsLinkedTo()
    {
        (int reader, _) = Pipe();
        nint time = Time(Short);
        Add(s => s.PreparePollAdd(reader, PollEvents.Readable), 1, SubmissionFlags.Link);
        Add(s => s.PrepareLinkTimeout(time), userData: 2);
        Submit();

        Dictionary<ulong, Completion> completions = Next(2);

        Assert.Equal(Errno.ECANCELED, completions[1].Error);
        Assert.Equal(Errno.ETIME, completions[2].Error);
    }

    [Fact]
    public void LinkTimeoutUpdate_ToAShorterTime_RunsOut()
    {
        (int reader, _) = Pipe();
        nint forever = Time(Forever);
        nint shorter = Time(Short);
        Add(s => s.PreparePollAdd(reader, PollEvents.Readable), 1, SubmissionFlags.Link);
        Add(s => s.PrepareLinkTimeout(forever), userData: 2);
        Add(s => s.PrepareLinkTimeoutUpdate(2, shorter), userData: 3);
        Submit();

        Dictionary<ulong, Completion> completions = Next(3);

        Assert.Equal(Errno.ECANCELED, completions[1].Error);
        Assert.Equal(Errno.ETIME, completions[2].Error);
        Assert.Equal(0, completions[3].Result);
    }

    [Fact]
    public void Timespec_FromADuration_SplitsIt()
    {
        Assert.Equal(new Timespec(2, 500_000_100), Timespec.From(new TimeSpan(25_000_001)));
        Assert.Equal(default, Timespec.From(TimeSpan.FromSeconds(-1)));
    }

    private nint Time(TimeSpan duration) => Value(Timespec.From(duration));
}
