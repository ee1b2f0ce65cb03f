using Sluice.Fuzz.Engine;
using Sluice.Fuzz.Targets.Numbers;
using Sluice.Fuzz.Toys;
using Xunit;

namespace Sluice.Fuzz;

/// <summary>The fuzzer finds what it is for.</summary>
[Collection(nameof(FuzzTests))]
public sealed class FuzzerTests
{
    private const int RunsMax = 200_000;

    [Fact]
    public void Step_DefectBehindFourBytes_IsFoundAndMadeSmall()
    {
        FuzzFinding? finding = Search(seed: 1, out Fuzzer fuzzer);

        Assert.NotNull(finding);
        FuzzFinding small = Minimizer.Minimize(finding, fuzzer);
        Assert.Equal([(byte)'T', 0xC3, (byte)'y', 0x99], small.Input);
        Assert.Contains("--input \"54c37999\"", small.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Step_SameSeed_MakesTheSameInputs()
    {
        FuzzFinding? first = Search(seed: 7, out Fuzzer one);
        FuzzFinding? second = Search(seed: 7, out Fuzzer other);

        Assert.Equal(one.RunCount, other.RunCount);
        Assert.Equal(first!.Input, second!.Input);
    }

    [Fact]
    public void Drain_AfterARun_HasTheStatementsOfWhatIsFuzzed()
    {
        var fuzzer = new Fuzzer(new Leb128Target(), 1);

        Assert.NotEmpty(fuzzer.Reach([0x80, 1]));

        Assert.Contains("Sluice.Memory.Leb128.TryDecode", Coverage.MethodNames);
        Assert.DoesNotContain(
            Coverage.MethodNames,
            static name => name.StartsWith("Sluice.Fuzz.Engine", StringComparison.Ordinal));
    }

    [Fact]
    public void Cover_ManyInputs_KeepsFewThatReachTheSame()
    {
        var fuzzer = new Fuzzer(new Leb128Target(), 3);
        Assert.Null(fuzzer.Load(new Leb128Target().Seeds()));
        while (fuzzer.RunCount < 2_000)
            Assert.Null(fuzzer.Step());

        IReadOnlyList<byte[]> cover = Minimizer.Cover(fuzzer.Inputs, fuzzer);

        HashSet<long> all = [.. fuzzer.Inputs.SelectMany(fuzzer.Reach)];
        Assert.InRange(cover.Count, 1, fuzzer.Inputs.Count - 1);
        HashSet<long> covered = [.. cover.SelectMany(fuzzer.Reach)];
        Assert.Equal(all.Count, covered.Count);
    }

    private static FuzzFinding? Search(ulong seed, out Fuzzer fuzzer)
    {
        var target = new NestedToyTarget();
        fuzzer = new Fuzzer(target, seed);
        FuzzFinding? finding = fuzzer.Load(target.Seeds());
        while (finding is null && fuzzer.RunCount < RunsMax)
            finding = fuzzer.Step();
        return finding;
    }
}
