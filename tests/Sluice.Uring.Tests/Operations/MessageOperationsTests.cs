using Sluice.Uring.Tests.Support;

namespace Sluice.Uring.Tests.Operations;

public sealed class MessageOperationsTests : RingTest
{
    private readonly Ring _other = Ring.Create(new RingOptions { Entries = 8 });

    [Fact]
    public void MessageRing_WithData_CompletesThere()
    {
        Require(Opcode.MessageRing);

        Assert.Equal(0, RunSuccessfully(s => s.PrepareMessageRing(_other.Descriptor, 42, 77)));

        Completion completion = NextOfOther();
        Assert.Equal(42, completion.Result);
        Assert.Equal(77ul, completion.UserData);
        Assert.Equal(CompletionFlags.None, completion.Flags);
    }

    [Fact]
    public void MessageRingWithFlags_WithData_PassesThem()
    {
        Require(Opcode.MessageRing);

        Completion sent = Run(s => s.PrepareMessageRingWithFlags(
            _other.Descriptor, 42, 77, CompletionFlags.SocketNonEmpty));
        SkipIfUnknown(sent.Error);

        Assert.Equal(CompletionFlags.SocketNonEmpty, NextOfOther().Flags);
    }

    [Fact]
    public void MessageRing_ToADisabledRing_FailsWithEBADFD()
    {
        Require(Opcode.MessageRing);
        Ring disabled = Own(Ring.Create(new RingOptions { Flags = RingSetupFlags.Disabled }));

        Completion completion = Run(s => s.PrepareMessageRing(disabled.Descriptor, 42, 77));

        Assert.Equal(Errno.EBADFD, completion.Error);
    }

    [Fact]
    public void MessageRingDescriptor_OfASlot_CopiesItThere()
    {
        Require(Opcode.MessageRing);
        Assert.True(Ring.Registration.Files.Register([-1, MemoryFile("content")]).IsSuccess);
        Assert.True(_other.Registration.Files.RegisterSparse(4).IsSuccess);

        Completion sent = Run(
            s => s.PrepareMessageRingDescriptor(_other.Descriptor, 1, 3, 77));
        SkipIfUnknown(sent.Error);

        Assert.Equal(77ul, NextOfOther().UserData);
        Assert.Equal(7, ReadThere(slot: 3));
    }

    [Fact]
    public void MessageRingDescriptor_SkippingItsCompletion_PostsNoneThere()
    {
        Require(Opcode.MessageRing);
        Assert.True(Ring.Registration.Files.Register([MemoryFile("content")]).IsSuccess);
        Assert.True(_other.Registration.Files.RegisterSparse(4).IsSuccess);

        Completion sent = Run(s => s.PrepareMessageRingDescriptor(
            _other.Descriptor, 0, DirectDescriptor.Allocate, 77, skipCompletion: true));
        SkipIfUnknown(sent.Error);

        Assert.False(_other.TryPeek(out _));
        Assert.Equal(7, ReadThere(slot: sent.Result));
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _other.Dispose();
        base.Dispose(disposing);
    }

    private int ReadThere(int slot)
    {
        nint memory = Memory(16);
        Assert.True(_other.TryGetSubmission(out Submission submission));
        submission.PrepareRead(slot, memory, 16, 0);
        submission.Flags = SubmissionFlags.FixedFile;
        Assert.Equal(1, _other.Submit().Value);
        return NextOfOther().Result;
    }

    private Completion NextOfOther()
    {
        Assert.True(_other.Wait(out Completion completion, Patience).IsSuccess);
        _other.Seen();
        return completion;
    }
}
