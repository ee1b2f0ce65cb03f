namespace Sluice.Simulation.Tests.Contract;

/// <inheritdoc/>
public sealed class LinuxSocketContractTests()
    : SocketContractTests(new LinuxKernelUnderTest());
