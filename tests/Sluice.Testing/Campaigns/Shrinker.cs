using System.Diagnostics;
using Sluice.Testing.Simulation;

namespace Sluice.Testing.Campaigns;

/// <summary>
/// Looks for the least of a failing seed that still fails: fewer connections, fewer steps, fewer
/// faults. Less is not always kinder, so each number is first halved, then lowered by one, and all
/// of it is repeated until nothing helps or the time is over.
/// </summary>
internal static class Shrinker
{
    private const int Start = 1 << 17;

    public static CampaignFailure Shrink(ulong seed, Exception cause, TimeSpan patience)
    {
        long started = Stopwatch.GetTimestamp();
        var least = new CampaignFailure(seed, SimulationLimits.None, cause);
        bool improves = true;
        while (improves && HasTime())
        {
            improves = false;
            Lower(l => l.ConnectionsMax, (l, value) => l with { ConnectionsMax = value });
            Lower(l => l.StepsMax, (l, value) => l with { StepsMax = value });
            Lower(l => l.FaultsMax, (l, value) => l with { FaultsMax = value });
        }

        return least;

        bool HasTime() => Stopwatch.GetElapsedTime(started) < patience;

        void Lower(
            Func<SimulationLimits, int> get, Func<SimulationLimits, int, SimulationLimits> with)
        {
            // How much less is tried at once.
            int step = Math.Min(get(least.Limits), Start);
            while (step > 0 && HasTime())
            {
                int current = Math.Min(get(least.Limits), Start * 2);
                int value = current - step;
                if (value >= 0 && TryLimits(with(least.Limits, value)))
                    step = Math.Min(step, value);
                else
                    step /= 2;
            }
        }

        bool TryLimits(SimulationLimits limits)
        {
            if (SimulationFactory.Run(seed, limits, null, out _) is not { } failure)
                return false;

            least = new CampaignFailure(seed, limits, failure);
            improves = true;
            return true;
        }
    }
}
