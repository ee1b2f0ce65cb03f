using Sluice.Tests.Processes;
using Sluice.Uring;
using Sluice.Uring.Interop;

namespace Sluice.Tests;

[Trait("pitfall", "19")]
public sealed class UringAvailabilityTests
{
    [Theory]
    [InlineData(Errno.ENOSYS, "kernel")]
    [InlineData(Errno.EPERM, "permitted")]
    [InlineData(Errno.EMFILE, "descriptors")]
    public void Check_SetupFails_SaysWhyAndWhatToDo(Errno error, string word)
    {
        UringVerdict verdict = UringAvailability.Check(new RefusingKernel(error, setup: true));

        Assert.False(verdict.IsAvailable);
        Assert.Contains(word, verdict.Reason, StringComparison.Ordinal);
        Assert.Contains(error.ToString(), verdict.Reason, StringComparison.Ordinal);
        UringCheck failed = Assert.Single(verdict.Checks);
        Assert.Equal(UringCheckOutcome.Failed, failed.Outcome);
        Assert.NotNull(failed.Advice);
    }

    [Fact]
    public void Check_RegistrationFails_IsNotAvailable()
    {
        SkipWithoutRings();

        UringVerdict verdict = UringAvailability.Check(
            new RefusingKernel(Errno.EACCES, setup: false));

        Assert.False(verdict.IsAvailable);
        Assert.Contains(nameof(Errno.EACCES), verdict.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Errno.EINTR)]
    [InlineData(Errno.EAGAIN)]
    [InlineData(Errno.EBUSY)]
    [Trait("pitfall", "2")]
    public void Check_EnterFailsInPassing_IsAvailable(Errno error)
    {
        SkipWithoutRings();

        UringVerdict verdict = UringAvailability.Check(
            new RefusingKernel(error, setup: false) { EntersRefused = 3 });

        Assert.True(verdict.IsAvailable, verdict.Reason);
    }

    [Fact]
    public void Check_EnterNeverWorks_IsNotAvailable()
    {
        SkipWithoutRings();

        UringVerdict verdict = UringAvailability.Check(
            new RefusingKernel(Errno.EAGAIN, setup: false) { EntersRefused = int.MaxValue });

        Assert.False(verdict.IsAvailable);
        Assert.Contains(nameof(Errno.EAGAIN), verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_OnThisMachine_LeavesNoDescriptorBehind()
    {
        SkipWithoutRings();

        for (int i = 0; i < 100; i++)
            _ = UringAvailability.Check();

        Assert.InRange(ProcessFigures.RingCount, 0, 50);
    }

    [Fact]
    public void Check_OnThisMachine_ExplainsEveryCheck()
    {
        UringVerdict verdict = UringAvailability.Check();

        Assert.NotEmpty(verdict.Checks);
        Assert.EndsWith(".", verdict.Reason, StringComparison.Ordinal);
        Assert.All(verdict.Checks, check =>
        {
            Assert.NotEmpty(check.Name);
            Assert.NotEmpty(check.Detail);
            Assert.Equal(check.Outcome != UringCheckOutcome.Passed, check.Advice is not null);
        });
        Assert.Equal(
            verdict.IsAvailable,
            verdict.Checks.All(check => check.Outcome != UringCheckOutcome.Failed));
    }

    private static void SkipWithoutRings()
    {
        try
        {
            Ring.Create(new RingOptions()).Dispose();
        }
        catch (RingException failure)
        {
            Assert.Skip(failure.Message);
        }
    }

    /// <summary>The running kernel, except that it refuses.</summary>
    private sealed unsafe class RefusingKernel(Errno error, bool setup) : IRingKernel
    {
        private int _enters;

        /// <summary>If set, these are refused instead of the registrations.</summary>
        public int EntersRefused { get; set; }

        public int Setup(uint entries, ref io_uring_params parameters, out RingMapping mapping)
        {
            mapping = default;
            return setup
                ? -(int)error
                : LinuxKernel.Instance.Setup(entries, ref parameters, out mapping);
        }

        public int Enter(
            int fd, uint toSubmit, uint minComplete, uint flags, void* arg, nuint argSize) =>
            _enters++ < EntersRefused
                ? -(int)error
                : LinuxKernel.Instance.Enter(fd, toSubmit, minComplete, flags, arg, argSize);

        public int Register(int fd, uint opcode, void* arg, uint argCount) =>
            EntersRefused > 0
                ? LinuxKernel.Instance.Register(fd, opcode, arg, argCount)
                : -(int)error;

        public void Close(int fd, in RingMapping mapping) =>
            LinuxKernel.Instance.Close(fd, in mapping);
    }
}
