using Sluice.Uring.Interop;
using Sluice.Uring.Tests.Support;

namespace Sluice.Uring.Tests;

public sealed class RingSetupTests : IDisposable
{
    private const RingSetupFlags Cooperative = RingSetupFlags.NoSqArray
        | RingSetupFlags.DeferTaskrun | RingSetupFlags.SingleIssuer | RingSetupFlags.TaskrunFlag
        | RingSetupFlags.CoopTaskrun | RingSetupFlags.SubmitAll | RingSetupFlags.Clamp
        | RingSetupFlags.CqSize;

    private const RingSetupFlags Polled = RingSetupFlags.SqPoll | RingSetupFlags.SqAffinity
        | RingSetupFlags.AttachWorkers | RingSetupFlags.Clamp;

    private readonly ScriptedKernel _kernel = new();
    private readonly ScriptedKernel _otherKernel = new();

    public static TheoryData<RingSetupFlags> EachFlag() => new(
        Enum.GetValues<RingSetupFlags>().Where(f => f
            is not (RingSetupFlags.None or RingSetupFlags.Disabled)));

    public void Dispose()
    {
        _kernel.Dispose();
        _otherKernel.Dispose();
    }

    [Theory]
    [MemberData(nameof(EachFlag))]
    public void Create_OnAKernelThatRefusesAFlag_GoesOnWithoutIt(RingSetupFlags refused)
    {
        RefuseFlag(refused);

        using Ring ring = Ring.Create(OptionsWith(refused), _kernel);

        Assert.False(ring.SetupFlags.HasFlag(refused));
        Assert.Equal(_kernel.Setups[^1], ring.SetupFlags);
        Assert.Equal(_kernel.Setups.Distinct(), _kernel.Setups);
    }

    [Fact]
    public void Create_DroppingTheSizeOfTheCompletionQueue_AsksForNone()
    {
        var asked = new List<uint>();
        _kernel.OnSetup = parameters =>
        {
            asked.Add(parameters.cq_entries);
            return asked.Count == 1 ? -(int)Errno.EINVAL : 0;
        };

        using Ring ring = Ring.Create(
            new RingOptions
            {
                Entries = 8,
                CompletionEntries = 64,
                Flags = RingSetupFlags.None,
            },
            _kernel);

        Assert.Equal([64u, 0], asked);
    }

    [Fact]
    public void Create_WithoutOptions_Throws() =>
        Assert.Throws<ArgumentNullException>(() => Ring.Create(null!, _kernel));

    [Theory]
    [InlineData(RingSetupFlags.NoSqArray, RingSetupFlags.NoSqArray)]
    [InlineData(
        RingSetupFlags.DeferTaskrun, RingSetupFlags.NoSqArray | RingSetupFlags.DeferTaskrun)]
    [InlineData(
        RingSetupFlags.SingleIssuer,
        RingSetupFlags.NoSqArray | RingSetupFlags.DeferTaskrun | RingSetupFlags.SingleIssuer)]
    public void Create_OnAnOlderKernel_LosesOnlyWhatIsAsNew(
        RingSetupFlags refused, RingSetupFlags lost)
    {
        RefuseFlag(refused);

        using Ring ring = Ring.Create(OptionsWith(refused), _kernel);

        Assert.Equal(Cooperative & ~lost, ring.SetupFlags);
    }

    [Theory]
    [MemberData(nameof(EachFlag))]
    public void Create_WithARequiredFlagRefused_Fails(RingSetupFlags refused)
    {
        RefuseFlag(refused);
        RingOptions options = OptionsWith(refused);
        options.RequiredFlags = refused;

        var exception = Assert.Throws<RingException>(() => Ring.Create(options, _kernel));

        Assert.Equal(Errno.EINVAL, exception.Error);
        Assert.All(_kernel.Setups, flags => Assert.True(flags.HasFlag(refused)));
    }

    [Fact]
    public void Create_WithARequiredFlagGranted_PeelsTheOthers()
    {
        RefuseFlag(RingSetupFlags.CoopTaskrun);
        RingOptions options = OptionsWith(RingSetupFlags.CoopTaskrun);
        options.RequiredFlags = RingSetupFlags.SingleIssuer;

        using Ring ring = Ring.Create(options, _kernel);

        Assert.True(ring.SetupFlags.HasFlag(RingSetupFlags.SingleIssuer));
        Assert.False(ring.SetupFlags.HasFlag(RingSetupFlags.CoopTaskrun));
    }

    [Fact]
    public void Create_DroppingDeferTaskrun_DropsTheFlagThatNeedsIt()
    {
        RefuseFlag(RingSetupFlags.DeferTaskrun);
        var options = new RingOptions
        {
            Flags = RingSetupFlags.DeferTaskrun | RingSetupFlags.TaskrunFlag,
        };

        using Ring ring = Ring.Create(options, _kernel);

        Assert.Equal(RingSetupFlags.SingleIssuer, ring.SetupFlags);
    }

    [Fact]
    [Trait("pitfall", "18")]
    public void Create_WithoutLockedMemoryForAWhile_TriesAgain()
    {
        int refusals = 3;
        _kernel.OnSetup = _ => refusals-- > 0 ? -(int)Errno.ENOMEM : 0;

        using Ring ring = Ring.Create(new RingOptions(), _kernel);

        Assert.Equal(4, _kernel.Setups.Count);
        Assert.Single(_kernel.Setups.Distinct());
    }

    [Fact]
    [Trait("pitfall", "18")]
    public void Create_WithoutLockedMemory_GivesUpAndSaysWhy()
    {
        _kernel.OnSetup = _ => -(int)Errno.ENOMEM;
        var options = new RingOptions { MemoryRetryLimit = TimeSpan.FromMilliseconds(20) };

        var exception = Assert.Throws<RingException>(() => Ring.Create(options, _kernel));

        Assert.Equal(Errno.ENOMEM, exception.Error);
        Assert.Contains("RLIMIT_MEMLOCK", exception.Message, StringComparison.Ordinal);
        Assert.Contains("20 ms", exception.Message, StringComparison.Ordinal);
        Assert.True(_kernel.Setups.Count > 1);
    }

    [Theory]
    [InlineData(Errno.EPERM, "seccomp")]
    [InlineData(Errno.ENOSYS, "no usable io_uring")]
    [InlineData(Errno.EMFILE, "descriptors")]
    [Trait("pitfall", "19")]
    public void Create_WithoutIoUring_SaysWhyInOneSentence(Errno error, string why)
    {
        _kernel.OnSetup = _ => -(int)error;

        var exception = Assert.Throws<RingException>(
            () => Ring.Create(new RingOptions(), _kernel));

        Assert.Equal(error, exception.Error);
        Assert.Contains(error.ToString(), exception.Message, StringComparison.Ordinal);
        Assert.Contains(why, exception.Message, StringComparison.Ordinal);
        Assert.Equal(exception.Message.Length - 1, exception.Message.LastIndexOf('.'));
        Assert.DoesNotContain('\n', exception.Message);
        Assert.Single(_kernel.Setups);
    }

    [Fact]
    [Trait("pitfall", "2")]
    public void Create_Interrupted_TriesAgain()
    {
        int refusals = 2;
        _kernel.OnSetup = _ => refusals-- > 0 ? -(int)Errno.EINTR : 0;

        using Ring ring = Ring.Create(new RingOptions(), _kernel);

        Assert.Equal(3, _kernel.Setups.Count);
    }

    [Fact]
    public void Create_WithContradictions_ThrowsBeforeAskingTheKernel()
    {
        RingOptions[] contradictions =
        [
            new() { Entries = 0 },
            new() { Flags = RingSetupFlags.CqSize },
            new() { Flags = RingSetupFlags.SqAffinity },
            new() { Flags = RingSetupFlags.AttachWorkers },
            new() { Flags = RingSetupFlags.TaskrunFlag },
            new() { Flags = RingSetupFlags.SqPoll | RingSetupFlags.DeferTaskrun },
            new() { Flags = RingSetupFlags.SqPoll | RingSetupFlags.CoopTaskrun },
            new() { Flags = (RingSetupFlags)(1u << 10) },
            new() { SqPollCpu = -1 },
            new() { SqPollIdle = TimeSpan.FromSeconds(-1) },
            new() { Entries = 9, CompletionEntries = 8 },
        ];

        foreach (RingOptions options in contradictions)
            Assert.ThrowsAny<ArgumentException>(() => Ring.Create(options, _kernel));

        Assert.Empty(_kernel.Setups);
    }

    [Fact]
    public void Create_WithPolling_HandsOverCpuAndIdleTime()
    {
        io_uring_params asked = default;
        _kernel.OnSetup = parameters =>
        {
            asked = parameters;
            return 0;
        };
        var options = new RingOptions { SqPollCpu = 3, SqPollIdle = TimeSpan.FromSeconds(2) };

        using Ring ring = Ring.Create(options, _kernel);

        Assert.Equal(3u, asked.sq_thread_cpu);
        Assert.Equal(2000u, asked.sq_thread_idle);
    }

    private void RefuseFlag(RingSetupFlags refused) => _kernel.OnSetup = parameters =>
        ((RingSetupFlags)parameters.flags & refused) == 0 ? 0 : -(int)Errno.EINVAL;

    private RingOptions OptionsWith(RingSetupFlags flag)
    {
        var options = new RingOptions { Entries = 8 };
        if ((Cooperative & flag) != 0)
        {
            options.Flags = Cooperative;
            options.CompletionEntries = 16;
            return options;
        }

        options.Flags = Polled;
        options.SqPollCpu = 0;
        options.AttachTo = Ring.Create(new RingOptions(), _otherKernel);
        return options;
    }
}
