using Sluice.Tests.Engines;

namespace Sluice.Tests.Processes;

public sealed class ProcessTests
{
    [Theory]
    [Engines]
    [Trait("pitfall", "6")]
    public Task Accept_NoDescriptorsLeft_PausesAndRecovers(Engine engine, Scheduling scheduling) =>
        ChildProcess.RunAsync(Scenarios.OutOfDescriptors, engine, scheduling);

    [Theory]
    [Engines]
    [Trait("pitfall", "21")]
    public Task StartStop_AThousandTimes_NothingGrows(Engine engine, Scheduling scheduling) =>
        ChildProcess.RunAsync(Scenarios.StartStop, engine, scheduling);

    [Theory]
    [Engines]
    [Trait("pitfall", "22")]
    public Task Descriptors_OfListenersAndConnections_CloseOnExec(
        Engine engine, Scheduling scheduling) =>
        ChildProcess.RunAsync(Scenarios.CloseOnExec, engine, scheduling);
}
