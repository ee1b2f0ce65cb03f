using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace Sluice.Tests.Engines;

/// <summary>
/// Runs a theory over every engine and scheduling; its parameters begin with these two.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class EnginesAttribute : DataAttribute
{
    /// <summary>Whether the theory runs under <see cref="Scheduling.Inline"/>, too.</summary>
    public bool Inline { get; set; } = true;

    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(
        MethodInfo testMethod, DisposalTracker disposalTracker)
    {
        var rows = new List<ITheoryDataRow>();
        foreach (Engine engine in (Engine[])[Engine.Sockets, Engine.Uring])
        {
            rows.Add(new TheoryDataRow(engine, Scheduling.ThreadPool));
            if (Inline)
                rows.Add(new TheoryDataRow(engine, Scheduling.Inline));
        }

        return new(rows);
    }

    public override bool SupportsDiscoveryEnumeration() => true;
}
