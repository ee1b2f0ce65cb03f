using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace Sluice.AspNetCore.Tests.Contract;

/// <summary>Runs a theory, whose only parameter is the transport, over all of them.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class TransportsAttribute : DataAttribute
{
    /// <summary>Whether only those of Sluice are meant.</summary>
    public bool OnlySluice { get; set; }

    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(
        MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new([.. Enum.GetValues<TransportKind>()
            .Where(kind => !OnlySluice || kind != TransportKind.Sockets)
            .Select(kind => new TheoryDataRow(kind))]);

    public override bool SupportsDiscoveryEnumeration() => true;
}
