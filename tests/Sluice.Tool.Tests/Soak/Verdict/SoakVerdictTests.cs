using Sluice.Tool.Soak.Load;
using Sluice.Tool.Soak.Verdict;
using Sluice.Tool.Soak.Watching;

namespace Sluice.Tool.Tests.Soak.Verdict;

public class SoakVerdictTests
{
    private const long MiB = 1024 * 1024;

    private static readonly IdleState Idle = new(
        Descriptors: 100, Threads: 20, 80 * MiB, Connections: 0, RingHeld: 0, Operations: 5);

    [Fact]
    public void Judge_Flat_PassesEveryRule() => Assert.All(
        SoakVerdict.Judge(Flat()),
        static rule => Assert.Equal(RuleOutcome.Passed, rule.Outcome));

    [Fact]
    public void Judge_OneDescriptorMore_Fails() =>
        AssertFails("Descriptors", Flat() with { After = Idle with { Descriptors = 101 } });

    [Fact]
    public void Judge_OneThreadMore_Fails() =>
        AssertFails("Threads", Flat() with { After = Idle with { Threads = 21 } });

    [Fact]
    public void Judge_LessThanBefore_Passes() => Assert.True(SoakVerdict.IsPassed(
        SoakVerdict.Judge(Flat() with { After = Idle with { Descriptors = 99, Threads = 19 } })));

    [Fact]
    public void Judge_MemoryGrows_Fails() => AssertFails(
        "Resident", Flat() with { Samples = Samples(static s => (100 * MiB) + (s * 20_000L)) });

    [Fact]
    public void Judge_MemoryGrowsUnderTheTeethOfASaw_Fails() => AssertFails(
        "Resident",
        Flat() with
        {
            Samples = Samples(static s => (100 * MiB) + (s % 10 * MiB) + (s * 20_000L)),
        });

    [Fact]
    public void Judge_MemoryGrowsLessThanItMoves_Passes()
    {
        var random = new Random(3);
        SoakEvidence evidence = Flat() with
        {
            Samples =
            [
                .. Samples(s => (100 * MiB) + random.NextInt64(6 * MiB) + (s * 75_000L)).Take(60),
            ],
        };

        IReadOnlyList<RuleResult> rules = SoakVerdict.Judge(evidence);

        // The slope itself is beyond doubt.
        Assert.DoesNotContain("(-", rules[0].Text, StringComparison.Ordinal);
        Assert.Equal(RuleOutcome.Passed, rules[0].Outcome);
    }

    [Fact]
    public void Judge_MemoryGrowsInTheWarmUpOnly_Passes() =>
        Assert.True(SoakVerdict.IsPassed(SoakVerdict.Judge(Flat() with
        {
            Samples = Samples(static s => (100 * MiB) + (Math.Min(s, 300) * MiB)),
            WarmUpSeconds = 300,
        })));

    [Fact]
    public void Judge_TooShort_DoesNotJudgeMemory()
    {
        IReadOnlyList<RuleResult> rules = SoakVerdict.Judge(
            Flat() with { Samples = [.. Flat().Samples.Take(5)] });

        Assert.Equal(RuleOutcome.NotJudged, rules[0].Outcome);
        Assert.True(SoakVerdict.IsPassed(rules));
    }

    [Fact]
    public void Judge_TooLittleTimeForATrend_DoesNotJudgeMemory()
    {
        IReadOnlyList<RuleResult> rules = SoakVerdict.Judge(Flat() with { TrendSecondsMin = 601 });

        Assert.Equal(RuleOutcome.NotJudged, rules[0].Outcome);
    }

    [Fact]
    public void Judge_AWrongByte_Fails() =>
        AssertFails("No byte is wrong", Flat() with { Corrupted = 1 });

    [Fact]
    public void Judge_AFailure_Fails() =>
        AssertFails("Nothing fails", Flat() with { Failures = 1 });

    [Fact]
    public void Judge_ALineOfError_Fails() =>
        AssertFails("The server reports no error", Flat() with { Errors = 1 });

    [Theory]
    [InlineData(null)]
    [InlineData(134)]
    public void Judge_AnotherEnd_Fails(int? code) =>
        AssertFails("The server ends on SIGTERM", Flat() with { ExitCode = code });

    [Fact]
    public void Judge_ABufferNotHome_Fails() =>
        AssertFails("Connections, receive", Flat() with { After = Idle with { RingHeld = 1 } });

    [Fact]
    public void Judge_AConnectionNotHome_Fails() =>
        AssertFails("Connections, receive", Flat() with { After = Idle with { Connections = 1 } });

    [Fact]
    public void Judge_AnOperationNotHome_Fails() =>
        AssertFails("Connections, receive", Flat() with { After = Idle with { Operations = 6 } });

    [Fact]
    public void Judge_AnActivityThatNeverCompleted_Fails() => AssertFails(
        "Every activity",
        Flat() with { Activities = [.. Flat().Activities, new("b", 0, Broken: 3, Failed: 0)] });

    [Fact]
    public void Judge_NoLoad_Fails() =>
        AssertFails("Every activity", Flat() with { Activities = [] });

    [Fact]
    public void Judge_ServerGone_FailsWhatCannotBeSeen()
    {
        IReadOnlyList<RuleResult> rules =
            SoakVerdict.Judge(Flat() with { After = null, ExitCode = null });

        Assert.Equal(
            ["Descr", "Threa", "Conne", "The s"],
            rules.Where(r => r.Outcome == RuleOutcome.Failed).Select(r => r.Rule[..5]));
    }

    private static void AssertFails(string rule, SoakEvidence evidence)
    {
        IReadOnlyList<RuleResult> rules = SoakVerdict.Judge(evidence);

        RuleResult failed = Assert.Single(rules, r => r.Outcome == RuleOutcome.Failed);
        Assert.StartsWith(rule, failed.Rule, StringComparison.Ordinal);
        Assert.False(SoakVerdict.IsPassed(rules));
    }

    private static SoakEvidence Flat() => new()
    {
        Samples = Samples(static _ => 100 * MiB),
        Before = Idle,
        After = Idle,
        HasFigures = true,
        Activities = [new ActivityReport("a", Completed: 10, Broken: 1, Failed: 0)],
        Requests = 1000,
        Bytes = 1_000_000,
        ExitCode = 0,
    };

    private static SoakSample[] Samples(Func<int, long> resident) =>
    [
        .. Enumerable.Range(0, 600).Select(second => new SoakSample
        {
            Seconds = second,
            Resident = resident(second),
        }),
    ];
}
