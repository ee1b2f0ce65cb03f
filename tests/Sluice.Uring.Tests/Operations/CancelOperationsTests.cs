using Sluice.Uring.Tests.Support;

namespace Sluice.Uring.Tests.Operations;

public class CancelOperationsTests : RingTest
{
    [Fact]
    public void Cancel_ByUserData_EndsThatOperation()
    {
        (int reader, _) = Pipe();
        AddPoll(reader, 1);
        AddPoll(reader, 2);
        Add(s => s.PrepareCancel(2), userData: 3);
        Submit();

        Dictionary<ulong, Completion> completions = Next(2);

        Assert.Equal(0, completions[3].Result);
        Assert.Equal(Errno.ECANCELED, completions[2].Error);
        Assert.Equal(0u, Ring.CompletionsReady);
    }

    [Fact]
    public void Cancel_WithoutAMatch_FailsWithENOENT() =>
        Assert.Equal(Errno.ENOENT, Run(s => s.PrepareCancel(12345)).Error);

    [Fact]
    public void Cancel_OfAllByUserData_SaysHowMany()
    {
        (int reader, _) = Pipe();
        AddPoll(reader, 1);
        AddPoll(reader, 1);
        Add(s => s.PrepareCancel(1, CancelOptions.All), userData: 3);
        Submit();

        Assert.Equal(2, ResultOf(3, among: 3));
    }

    [Fact]
    public void CancelDescriptor_OfOneOfTwo_EndsItsOperations()
    {
        (int one, _) = Pipe();
        (int two, _) = Pipe();
        AddPoll(one, 1);
        AddPoll(two, 2);
        Add(s => s.PrepareCancelDescriptor(two, CancelOptions.All), userData: 3);
        Submit();

        Dictionary<ulong, Completion> completions = Next(2);

        Assert.Equal(1, completions[3].Result);
        Assert.Equal(Errno.ECANCELED, completions[2].Error);
    }

    [Fact]
    public void CancelDescriptor_OfADirectOne_EndsItsOperations()
    {
        (int reader, _) = Pipe();
        Assert.True(Ring.Registration.Files.Register([-1, reader]).IsSuccess);
        Add(s => s.PreparePollAdd(1, PollEvents.Readable), 1, SubmissionFlags.FixedFile);
        Add(s => s.PrepareCancelDescriptor(1, CancelOptions.DirectDescriptor), userData: 3);
        Submit();

        Dictionary<ulong, Completion> completions = Next(2);

        Assert.Equal(0, completions[3].Result);
        Assert.Equal(Errno.ECANCELED, completions[1].Error);
    }

    [Fact]
    public void CancelAny_OfEverything_SaysHowMany()
    {
        (int reader, _) = Pipe();
        AddPoll(reader, 1);
        AddPoll(reader, 2);
        Add(s => s.PrepareCancelAny(), userData: 3);
        Submit();

        Assert.Equal(2, ResultOf(3, among: 3));
    }

    [Fact]
    public void CancelOpcode_OfReads_LeavesPolls()
    {
        (int reader, _) = Pipe();
        nint memory = Memory(16);
        AddPoll(reader, 1);
        Add(s => s.PrepareRead(reader, memory, 16, 0), userData: 2);
        Add(s => s.PrepareCancelOpcode(Opcode.Read), userData: 3);
        Submit();

        Completion first = Next();
        SkipIfUnknown(first.Error);
        Completion second = Next();
        Completion cancel = first.UserData == 3 ? first : second;
        Completion cancelled = first.UserData == 3 ? second : first;

        Assert.Equal(1, cancel.Result);
        Assert.Equal(2ul, cancelled.UserData);
        Assert.Equal(Errno.ECANCELED, cancelled.Error);
    }

    private void AddPoll(int fd, ulong userData) =>
        Add(s => s.PreparePollAdd(fd, PollEvents.Readable), userData);

    private int ResultOf(ulong userData, int among)
    {
        int result = int.MinValue;
        for (int i = 0; i < among; i++)
        {
            Completion completion = Next();
            if (completion.UserData == userData)
                result = completion.Result;
            else
                Assert.Equal(Errno.ECANCELED, completion.Error);
        }

        return result;
    }
}
