using Sluice.Uring.Tests.Support;

namespace Sluice.Uring.Tests.Operations;

public unsafe class OtherOperationsTests : RingTest
{
    [Fact]
    public void Nop_Submitted_CompletesWithZeroAndItsUserData()
    {
        Completion completion = Run(s => s.PrepareNop(), userData: ulong.MaxValue);

        Assert.Equal(0, completion.Result);
        Assert.Equal(ulong.MaxValue, completion.UserData);
    }

    [Fact]
    public void Nop_WithAResult_CompletesWithIt()
    {
        Completion completion = Run(s => s.PrepareNop(-(int)Errno.ENOSPC));

        SkipIfUnknown(completion.Error);
        Assert.Equal(Errno.ENOSPC, completion.Error);
    }

    [Fact]
    public void ProvideBuffers_ToAGroup_AreTakenFromIt()
    {
        Require(Opcode.ProvideBuffers);
        (int first, int second) = SocketPair();
        nint memory = Memory(64);
        WriteTo(second, "hello");

        RunSuccessfully(s => s.PrepareProvideBuffers(memory, 16, 4, 9, 100));
        Completion completion = Run(s => s.PrepareReceiveSelect(first, 9));

        Assert.InRange(completion.BufferId, 100, 103);
        Assert.Equal("hello", Read(memory + ((completion.BufferId - 100) * 16), 5));
    }

    [Fact]
    public void RemoveBuffers_FromAGroup_SaysHowMany()
    {
        Require(Opcode.ProvideBuffers, Opcode.RemoveBuffers);
        nint memory = Memory(64);
        RunSuccessfully(s => s.PrepareProvideBuffers(memory, 16, 4, 9, 0));

        Assert.Equal(3, RunSuccessfully(s => s.PrepareRemoveBuffers(3, 9)));
        Assert.Equal(1, RunSuccessfully(s => s.PrepareRemoveBuffers(3, 9)));
    }

    [Fact]
    public void EpollControl_ThatAdds_MakesEpollWaitReport()
    {
        Require(Opcode.EpollControl, Opcode.EpollWait);
        int epoll = OwnFd(Os.EpollCreate(Os.SOCK_CLOEXEC));
        (int reader, int writer) = Pipe();
        nint change = Memory(16);
        *(uint*)change = (uint)PollEvents.Readable;
        nint events = Memory(64);
        RunSuccessfully(s => s.PrepareEpollControl(epoll, reader, EpollChange.Add, change));
        Add(s => s.PrepareEpollWait(epoll, events, 4));
        Submit();

        WriteTo(writer, "x");

        Assert.Equal(1, Next().Result);
        Assert.Equal(PollEvents.Readable, *(PollEvents*)events);
        Assert.Equal(
            0,
            RunSuccessfully(s => s.PrepareEpollControl(epoll, reader, EpollChange.Delete, 0)));
        Assert.Equal(
            Errno.ENOENT,
            Run(s => s.PrepareEpollControl(epoll, reader, EpollChange.Modify, change)).Error);
    }

    [Fact]
    public void WaitId_OfAChildThatEnds_TellsItsExitCode()
    {
        Require(Opcode.WaitId);
        const uint Exited = 4;
        const int PidAt = 16;
        const int StatusAt = 24;
        nint info = Memory(128);
        int pid = Spawn("/bin/sh", "-c", "exit 7");

        int result = RunSuccessfully(
            s => s.PrepareWaitId(ProcessIdKind.Process, pid, Exited, info));

        Assert.Equal(0, result);
        Assert.Equal(pid, *(int*)(info + PidAt));
        Assert.Equal(7, *(int*)(info + StatusAt));
    }

    private int Spawn(params string[] command)
    {
        nint arguments = Memory((command.Length + 1) * sizeof(nint));
        for (int i = 0; i < command.Length; i++)
            ((nint*)arguments)[i] = Text(command[i]);
        nint variables = Memory(sizeof(nint));
        int pid = 0;
        int error = Os.Spawn(
            &pid, *(byte**)arguments, null, null, (byte**)arguments, (byte**)variables);
        Assert.Equal(0, error);
        return pid;
    }
}
