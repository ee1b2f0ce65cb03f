using Sluice.Uring.Tests.Support;

namespace Sluice.Uring.Tests.Operations;

public class PollOperationsTests : RingTest
{
    [Fact]
    public void PollAdd_OfAReader_CompletesOnceItIsReadable()
    {
        (int reader, int writer) = Pipe();
        Add(s => s.PreparePollAdd(reader, PollEvents.Readable));
        Submit();

        WriteTo(writer, "x");

        Completion completion = Next();
        Assert.Equal(PollEvents.Readable, (PollEvents)completion.Result);
        Assert.False(completion.HasMore);
    }

    [Fact]
    public void PollAdd_OfASocketWhosePeerShutDown_SaysSo()
    {
        (int first, int second) = SocketPair();
        Add(s => s.PreparePollAdd(first, PollEvents.ReadHangUp));
        Add(s => s.PrepareShutdown(second, 1), flags: SubmissionFlags.SkipSuccess);
        Submit();

        Assert.True(((PollEvents)Next().Result).HasFlag(PollEvents.ReadHangUp));
    }

    [Fact]
    public void PollMultishot_OfAReader_CompletesForEachWrite()
    {
        (int reader, int writer) = Pipe();
        Add(s => s.PreparePollMultishot(reader, PollEvents.Readable));
        Submit();

        for (int i = 0; i < 3; i++)
        {
            WriteTo(writer, "x");
            Completion completion = Next();
            Assert.True(completion.HasMore);
            Assert.Equal(PollEvents.Readable, (PollEvents)completion.Result);
        }
    }

    [Fact]
    public void PollRemove_OfAPoll_CancelsIt()
    {
        (int reader, _) = Pipe();
        Add(s => s.PreparePollAdd(reader, PollEvents.Readable), userData: 1);
        Add(s => s.PreparePollRemove(1), userData: 2);
        Submit();

        Dictionary<ulong, Completion> completions = Next(2);

        Assert.Equal(0, completions[2].Result);
        Assert.Equal(Errno.ECANCELED, completions[1].Error);
    }

    [Fact]
    public void PollUpdate_OfTheEvents_WaitsForTheNewOnes()
    {
        (int first, _) = SocketPair();
        Add(s => s.PreparePollAdd(first, PollEvents.Readable), userData: 1);
        Add(s => s.PreparePollUpdate(1, PollEvents.Writable), userData: 2);
        Submit();

        Dictionary<ulong, Completion> completions = Next(2);

        Assert.Equal(0, completions[2].Result);
        Assert.Equal(PollEvents.Writable, (PollEvents)completions[1].Result);
        Assert.False(completions[1].HasMore);
    }

    [Fact]
    public void PollUpdate_OfAMultishotPoll_GoesOn()
    {
        (int reader, int writer) = Pipe();
        Add(s => s.PreparePollMultishot(reader, PollEvents.Priority), userData: 1);
        Add(s => s.PreparePollUpdate(1, PollEvents.Readable), userData: 2);
        Submit();
        Assert.Equal(2ul, Next().UserData);

        for (int i = 0; i < 2; i++)
        {
            WriteTo(writer, "x");
            Assert.True(Next().HasMore);
        }
    }

    [Fact]
    public void PollUpdateUserData_OfAPoll_ChangesWhatItCompletesWith()
    {
        (int reader, int writer) = Pipe();
        Add(s => s.PreparePollAdd(reader, PollEvents.Readable), userData: 1);
        Add(s => s.PreparePollUpdateUserData(1, 77), userData: 2);
        Submit();
        Assert.Equal(0, Next(1)[2].Result);

        WriteTo(writer, "x");

        Assert.Equal(77ul, Next().UserData);
    }
}
