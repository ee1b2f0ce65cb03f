using System.Runtime.ExceptionServices;

namespace Sluice.Testing.Simulation;

/// <summary>
/// Runs a test over many seeds. A failure names its seed and how to run that one alone.
/// </summary>
internal static class SimulationSeeds
{
    /// <summary>The variable with the one seed to run, with the whole trace.</summary>
    public const string SeedVariable = "SLUICE_SEED";

    /// <summary>The variable with a factor for the number of seeds, for long runs.</summary>
    public const string FactorVariable = "SLUICE_SEEDS_FACTOR";

    /// <summary>Whether one seed is being replayed.</summary>
    public static bool IsReplay => Environment.GetEnvironmentVariable(SeedVariable) is not null;

    /// <summary>Runs the test for seeds 1 to count, on all cores: seeds are independent.</summary>
    /// <exception cref="SimulationFailure">A seed failed; the lowest of those seen.</exception>
    public static void Run(int count, Action<ulong> test)
    {
        if (Environment.GetEnvironmentVariable(SeedVariable) is { } only)
        {
            RunOne(ulong.Parse(only), test);
            return;
        }

        if (int.TryParse(Environment.GetEnvironmentVariable(FactorVariable), out int factor))
            count *= factor;

        SimulationFailure? first = null;
        var gate = new Lock();
        _ = Parallel.For(1, count + 1, (seed, loop) =>
        {
            try
            {
                RunOne((ulong)seed, test);
            }
            catch (SimulationFailure failure)
            {
                lock (gate)
                {
                    if (first is null || failure.Seed < first.Seed)
                        first = failure;
                }

                loop.Break();
            }
        });
        if (first is not null)
            ExceptionDispatchInfo.Throw(first);
    }

    private static void RunOne(ulong seed, Action<ulong> test)
    {
        // A continuation runs where its cause does, not on the test runner's context.
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            test(seed);
        }
        catch (Exception e)
        {
            throw new SimulationFailure(seed, e);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }
}
