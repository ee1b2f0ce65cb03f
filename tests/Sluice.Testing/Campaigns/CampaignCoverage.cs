using System.Globalization;
using Sluice.Testing.Simulation;
using Sluice.Uring;

namespace Sluice.Testing.Campaigns;

/// <summary>What a campaign has met. Not thread-safe: each worker has its own.</summary>
internal sealed class CampaignCoverage
{
    private static readonly SimulationFault[] Faults = Enum.GetValues<SimulationFault>();
    private static readonly ConnectionEnding[] Endings = Enum.GetValues<ConnectionEnding>();

    private readonly long[] _faults = new long[Faults.Length];
    private readonly long[] _endings = new long[Endings.Length];
    private readonly long[] _operations = new long[byte.MaxValue + 1];

    public long Seeds { get; private set; }

    public long Connections { get; private set; }

    /// <summary>Bytes that the program received, and those that it sent.</summary>
    public long Bytes { get; set; }

    /// <summary>Completions for which the queue had no room.</summary>
    public long Overflows { get; private set; }

    /// <summary>Receives that found no buffer.</summary>
    public long Starvations { get; private set; }

    /// <summary>Sends of a handler's own memory that could not end at once.</summary>
    public long SendsThatWaited { get; set; }

    /// <summary>The time that passed in all simulations.</summary>
    public TimeSpan VirtualTime { get; private set; }

    public long Operations => _operations.Sum();

    public long Of(SimulationFault fault) => _faults[(int)fault];

    public long Of(ConnectionEnding ending) => _endings[(int)ending];

    public long Of(Opcode opcode) => _operations[(byte)opcode];

    public void Count(ConnectionEnding ending)
    {
        Connections++;
        _endings[(int)ending]++;
    }

    /// <summary>Adds what a simulation's kernel has met.</summary>
    public void Add(SimulatedKernel kernel)
    {
        Seeds++;
        Overflows += kernel.Counters.Overflows;
        Starvations += kernel.Counters.Starvations;
        VirtualTime += TimeSpan.FromTicks(kernel.Clock.Now);
        foreach (SimulationFault fault in Faults)
            _faults[(int)fault] += kernel.Counters.Of(fault);
        for (int i = 0; i < _operations.Length; i++)
            _operations[i] += kernel.Counters.Of((Opcode)i);
    }

    public void Add(CampaignCoverage other)
    {
        Seeds += other.Seeds;
        Connections += other.Connections;
        Bytes += other.Bytes;
        SendsThatWaited += other.SendsThatWaited;
        Overflows += other.Overflows;
        Starvations += other.Starvations;
        VirtualTime += other.VirtualTime;
        AddTo(_faults, other._faults);
        AddTo(_endings, other._endings);
        AddTo(_operations, other._operations);
    }

    /// <summary>What a campaign of this size must have met and has not.</summary>
    /// <param name="least">How often, at the least.</param>
    public IReadOnlyList<string> Missing(long least)
    {
        var missing = new List<string>();
        foreach (SimulationFault fault in Faults)
            Require($"fault {fault}", Of(fault));
        foreach (ConnectionEnding ending in Endings)
            Require($"ending {ending}", Of(ending));
        Require("overflows", Overflows);
        Require("starvations", Starvations);
        Require("sends that waited", SendsThatWaited);
        return missing;

        void Require(string what, long count)
        {
            if (count < least)
                missing.Add(string.Create(CultureInfo.InvariantCulture, $"{what}: {count}"));
        }
    }

    /// <summary>All of it, on one line.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Connections:N0} connections, {Seeds:N0} seeds, {Bytes:N0} bytes, "
            + $"{Operations:N0} operations, {VirtualTime.TotalHours:N1} virtual hours; endings: "
            + $"{List(Endings, Of)}; faults: {List(Faults, Of)}, Overflow {Overflows:N0}, "
            + $"Starvation {Starvations:N0}; sends that waited: {SendsThatWaited:N0}");

    private static string List<T>(T[] kinds, Func<T, long> count) => string.Join(
        ", ",
        kinds.Select(k => string.Create(CultureInfo.InvariantCulture, $"{k} {count(k):N0}")));

    private static void AddTo(long[] sums, long[] more)
    {
        for (int i = 0; i < sums.Length; i++)
            sums[i] += more[i];
    }
}
