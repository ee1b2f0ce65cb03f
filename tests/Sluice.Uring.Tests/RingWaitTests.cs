using Sluice.Uring.Tests.Support;

namespace Sluice.Uring.Tests;

public class RingWaitTests : RingTest
{
    [Fact]
    [Trait("pitfall", "2")]
    public void Wait_ForNothing_EndsWithETIME()
    {
        RingResult result = Ring.Wait(out _, TimeSpan.FromMilliseconds(1));

        Assert.Equal(Errno.ETIME, result.Error);
    }

    [Fact]
    [Trait("pitfall", "2")]
    public void SubmitAndWait_ForNothing_EndsWithETIME() =>
        Assert.Equal(Errno.ETIME, Ring.SubmitAndWait(1, TimeSpan.FromMilliseconds(1)).Error);

    [Fact]
    public void SubmitAndWait_ForMoreThanComes_EndsWithWhatCame()
    {
        AddNop(Ring, 1);

        RingResult result = Ring.SubmitAndWait(2, TimeSpan.FromMilliseconds(1));

        Assert.Equal(1, result.Value);
        Assert.Equal(1u, Ring.CompletionsReady);
    }

    [Fact]
    public void SubmitAndWait_WithAMinimum_EndsOnceAnythingCame()
    {
        Assert.SkipUnless(Ring.Features.HasFlag(RingFeatures.MinTimeout), "no minimum");
        AddNop(Ring, 1);

        RingResult result = Ring.SubmitAndWait(2, Patience, TimeSpan.FromMilliseconds(1));

        Assert.Equal(1, result.Value);
        Assert.Equal(1u, Ring.CompletionsReady);
    }

    [Fact]
    public void SubmitAndWait_ForSeveral_HasThemAll()
    {
        (int reader, int writer) = Pipe();
        nint memory = Memory(16);
        nint text = Text("x");
        AddTo(Ring, s => s.PrepareRead(reader, memory, 16, 0));
        AddTo(Ring, s => s.PrepareWrite(writer, text, 1, 0));

        Assert.Equal(2, Ring.SubmitAndWait(2).Value);

        Assert.Equal(2u, Ring.CompletionsReady);
    }

    [Fact]
    public void Wait_ForABatch_CopiesIt()
    {
        AddNop(Ring, 1);
        AddNop(Ring, 2);
        AddNop(Ring, 3);
        Submit();
        var completions = new Completion[4];

        RingResult result = Ring.Wait(completions, 3, Patience);

        Assert.Equal(3, result.Value);
        Assert.Equal(3ul, completions[2].UserData);
        Assert.Throws<ArgumentOutOfRangeException>(() => Ring.Wait(completions, 5, Patience));
        Assert.Throws<ArgumentOutOfRangeException>(() => Ring.Wait(completions, -1, Patience));
    }

    [Fact]
    [Trait("pitfall", "16")]
    public void TryPeek_OnADeferredRing_BringsWorkIn()
    {
        using Ring ring = Ring.Create(new RingOptions { Flags = RingSetupFlags.DeferTaskrun });
        (int reader, int writer) = Pipe();
        AddTo(ring, s => s.PreparePollAdd(reader, PollEvents.Readable));
        Assert.Equal(1, ring.Submit().Value);

        WriteTo(writer, "x");

        Assert.True(ring.TryPeek(out Completion completion));
        Assert.Equal(PollEvents.Readable, (PollEvents)completion.Result);
    }
}
