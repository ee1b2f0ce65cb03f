using System.Text;
using Sluice.Testing.Simulation;

namespace Sluice.Simulation.Tests.Contract.Sequences;

/// <summary>
/// The model against the kernel that the test runs on: the same random operations on both, and
/// after each one the same completions, in whatever order.
/// </summary>
public sealed class KernelSequenceTests
{
    private const string SeedsVariable = "SLUICE_SEQUENCES";
    private const int Steps = 60;
    private const int DifferencesMax = 10;

    [Fact]
    public void Sequence_AnySeed_IsSeenAlikeOnBothKernels()
    {
        new LinuxKernelUnderTest().Dispose();
        ulong first = 1;
        string? wish = Environment.GetEnvironmentVariable(SeedsVariable);
        Assert.SkipWhen(wish is null, $"{SeedsVariable} says how many sequences to run.");
        ulong last = ulong.Parse(wish!);
        string? only = Environment.GetEnvironmentVariable(SimulationSeeds.SeedVariable);
        if (only is not null)
            first = last = ulong.Parse(only);
        var differences = new List<string>();
        for (ulong seed = first; seed <= last && differences.Count < DifferencesMax; seed++)
        {
            if (Compare(seed, only is not null) is { } difference)
                differences.Add($"Seed {seed}: {difference}");
        }

        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    // Null, or the first step that was seen differently; all before it on demand.
    private static string? Compare(ulong seed, bool isWhole)
    {
        var chooser = new SequenceChooser(seed);
        using var simulated = new SequenceRun(new SimulatedKernelUnderTest());
        using var real = new SequenceRun(new LinuxKernelUnderTest());
        var log = new StringBuilder();
        for (int i = 0; i < Steps; i++)
        {
            Step step = chooser.Next();
            if (!isWhole)
                log.Clear();
            log.Append(step).Append('\n');
            string expectedAtOnce = simulated.Do(step);
            List<Observation> expected = Collect(simulated, step.CompletionsInTime);
            string seenAtOnce = real.Do(step);
            List<Observation> seen = Collect(real, expected.Count);
            log.Append("   ").AppendJoin("; ", expected).Append('\n');
            if (expectedAtOnce != seenAtOnce || !expected.SequenceEqual(seen))
            {
                return $"{log}simulated: {expectedAtOnce} {string.Join("; ", expected)}\n"
                    + $"real:      {seenAtOnce} {string.Join("; ", seen)}";
            }

            chooser.Learn(seen);
        }

        return null;
    }

    // The order of different operations is the kernel's choice, that of one operation is not.
    private static List<Observation> Collect(SequenceRun run, int expected) =>
        [.. run.Collect(expected).OrderBy(o => o.UserData)];
}
