using Sluice.Uring.Tests.Support;

namespace Sluice.Uring.Tests.Operations;

public unsafe class FutexOperationsTests : RingTest
{
    [Theory]
    [InlineData(FutexFlags.Size32)]
    [InlineData(FutexFlags.Size32 | FutexFlags.Private)]
    public void FutexWake_OfAWaiter_CompletesIt(FutexFlags flags)
    {
        Require(Opcode.FutexWait, Opcode.FutexWake);
        nint futex = Value(5u);
        Add(s => s.PrepareFutexWait(futex, 5, flags), userData: 1);
        Add(s => s.PrepareFutexWake(futex, 1, flags), userData: 2);
        Submit();

        Dictionary<ulong, Completion> completions = Next(2);

        Assert.Equal(0, completions[1].Result);
        Assert.Equal(1, completions[2].Result);
    }

    [Fact]
    public void FutexWait_ForAnotherValue_FailsWithEAGAIN()
    {
        Require(Opcode.FutexWait);
        nint futex = Value(6u);

        Assert.Equal(Errno.EAGAIN, Run(s => s.PrepareFutexWait(futex, 5)).Error);
    }

    [Fact]
    public void FutexWake_WithAnotherMask_WakesNobody()
    {
        Require(Opcode.FutexWait, Opcode.FutexWake);
        nint futex = Value(5u);
        Add(s => s.PrepareFutexWait(futex, 5, FutexFlags.Size32, mask: 1), userData: 1);
        Add(s => s.PrepareFutexWake(futex, 1, FutexFlags.Size32, mask: 2), userData: 2);
        Add(s => s.PrepareFutexWake(futex, 1, FutexFlags.Size32, mask: 3), userData: 3);
        Submit();

        Dictionary<ulong, Completion> completions = Next(3);

        Assert.Equal(0, completions[2].Result);
        Assert.Equal(1, completions[3].Result);
    }

    [Fact]
    public void FutexWaitVector_OfTwo_SaysWhichWasWoken()
    {
        Require(Opcode.FutexWaitVector, Opcode.FutexWake);
        nint one = Value(5u);
        nint two = Value(6u);
        nint waiters = Memory(2 * sizeof(FutexWaiter));
        ((FutexWaiter*)waiters)[0] = new(5, (ulong)one, FutexFlags.Size32);
        ((FutexWaiter*)waiters)[1] = new(6, (ulong)two, FutexFlags.Size32);
        Add(s => s.PrepareFutexWaitVector(waiters, 2), userData: 1);
        Add(s => s.PrepareFutexWake(two, 1), userData: 2);
        Submit();

        Dictionary<ulong, Completion> completions = Next(2);

        Assert.Equal(1, completions[1].Result);
        Assert.Equal(1, completions[2].Result);
    }
}
