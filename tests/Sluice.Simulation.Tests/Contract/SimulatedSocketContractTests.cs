namespace Sluice.Simulation.Tests.Contract;

/// <inheritdoc/>
public sealed class SimulatedSocketContractTests()
    : SocketContractTests(new SimulatedKernelUnderTest());
