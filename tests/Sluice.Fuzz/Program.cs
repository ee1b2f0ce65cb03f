using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using Sluice.Fuzz.Engine;
using Sluice.Fuzz.Targets;

[assembly: SupportedOSPlatform("linux")]

namespace Sluice.Fuzz;

/// <summary>Fuzzes, if the first argument names a target or all of them; else runs the tests.
/// </summary>
internal static class Program
{
    private const string All = "all";
    private const double MinutesDefault = 1;

    public static Task<int> Main(string[] args)
    {
        if (args.Length == 0 || !IsTarget(args[0]))
            return Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);

        int failed = 0;
        FuzzTarget[] targets =
            [.. AllTargets.Create().Where(target => args[0] == All || args[0] == target.Name)];
        foreach (FuzzTarget target in targets)
        {
            bool isFound = Input(args) is { } input
                ? Replay(target, input)
                : Fuzz(target, args, targets.Length);
            failed += isFound ? 1 : 0;
        }

        return Task.FromResult(failed == 0 ? 0 : 1);
    }

    private static bool IsTarget(string name) =>
        name == All || AllTargets.Create().Any(target => target.Name == name);

    private static byte[]? Input(string[] args)
    {
        if (Option(args, "--input") is { } hex)
            return Convert.FromHexString(hex);
        return Option(args, "--file") is { } path ? LastInput.Read(path) : null;
    }

    private static string? Option(string[] args, string name)
    {
        int index = Array.IndexOf(args, name);
        return index >= 0 && index + 1 < args.Length ? args[index + 1] : null;
    }

    private static double Number(string[] args, string name, double otherwise) =>
        Option(args, name) is { } text
            ? double.Parse(text, CultureInfo.InvariantCulture)
            : otherwise;

    private static bool Replay(FuzzTarget target, byte[] input)
    {
        Exception? failure = new Fuzzer(target, 0).Execute(input);
        Console.WriteLine(failure is null
            ? $"{target.Name}: nothing is wrong with {input.Length} bytes"
            : new FuzzFinding(target, input, failure));
        return failure is not null;
    }

    private static bool Fuzz(FuzzTarget target, string[] args, int targetCount)
    {
        ulong seed = (ulong)Number(args, "--seed", Stopwatch.GetTimestamp());
        TimeSpan time =
            TimeSpan.FromMinutes(Number(args, "--minutes", MinutesDefault) / targetCount);
        long runsMax = (long)Number(args, "--runs", long.MaxValue);
        using var last = new LastInput(target);
        var fuzzer = new Fuzzer(target, seed) { Runs = last.Set };
        long started = Stopwatch.GetTimestamp();
        FuzzFinding? finding = fuzzer.Load([.. target.Seeds(), .. Corpus.Read(target)]);
        int before = fuzzer.FeatureCount;
        while (finding is null
            && fuzzer.RunCount < runsMax
            && Stopwatch.GetElapsedTime(started) < time)
        {
            finding = fuzzer.Step();
        }

        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{target.Name}: {fuzzer.RunCount} runs in {seconds:F0} s (seed {seed}), reached "
            + $"{fuzzer.FeatureCount}, {fuzzer.FeatureCount - before} of them new"));
        if (finding is not null)
            Console.WriteLine(Minimizer.Minimize(finding, fuzzer));
        else
            Corpus.Write(target, Minimizer.Cover(fuzzer.Inputs, fuzzer));
        return finding is not null;
    }
}
