namespace Sluice.Simulation.Tests.Contract;

/// <inheritdoc/>
public sealed class LinuxKernelContractTests()
    : KernelContractTests(new LinuxKernelUnderTest());
