using System.Globalization;
using Sluice.Fuzz.Engine;
using Sluice.Fuzz.Targets;
using Xunit;

namespace Sluice.Fuzz;

/// <summary>The short version: the corpus, and some thousand new inputs for each target.</summary>
[CollectionDefinition(nameof(FuzzTests), DisableParallelization = true)]
[Collection(nameof(FuzzTests))]
public sealed class FuzzTests
{
    private const int RunsDefault = 40_000;
    private const ulong Seed = 20261121;

    private static readonly int Runs = int.Parse(
        Environment.GetEnvironmentVariable("SLUICE_FUZZ_RUNS") ?? $"{RunsDefault}",
        CultureInfo.InvariantCulture);

    public static TheoryData<string> Names =>
        [.. AllTargets.Create().Select(static target => target.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Target_ItsCorpus_KeepsEveryPromise(string name)
    {
        FuzzTarget target = Find(name);
        IReadOnlyList<byte[]> corpus = Corpus.Read(target);
        var fuzzer = new Fuzzer(target, Seed);

        FuzzFinding? finding = fuzzer.Load([.. target.Seeds(), .. corpus]);

        Assert.True(finding is null, $"{finding}");
        Assert.NotEmpty(corpus);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Target_NewInputs_KeepEveryPromise(string name)
    {
        FuzzTarget target = Find(name);
        var fuzzer = new Fuzzer(target, Seed);
        FuzzFinding? finding = fuzzer.Load([.. target.Seeds(), .. Corpus.Read(target)]);
        while (finding is null && fuzzer.RunCount < Runs / target.Cost)
            finding = fuzzer.Step();
        if (finding is not null)
            finding = Minimizer.Minimize(finding, fuzzer);

        Assert.True(finding is null, $"{finding}");
    }

    private static FuzzTarget Find(string name) =>
        Array.Find(AllTargets.Create(), target => target.Name == name)!;
}
