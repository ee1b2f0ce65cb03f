namespace Sluice.Simulation.Tests.Contract;

/// <inheritdoc/>
public sealed class SimulatedKernelContractTests()
    : KernelContractTests(new SimulatedKernelUnderTest());
