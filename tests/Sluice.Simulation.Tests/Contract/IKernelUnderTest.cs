using Sluice.Uring;

namespace Sluice.Simulation.Tests.Contract;

/// <summary>A kernel, simulated or real, as the contract tests need it.</summary>
internal interface IKernelUnderTest : IDisposable
{
    Ring CreateRing(RingOptions options);

    /// <summary>A listener: its descriptor.</summary>
    int Listen();

    /// <summary>A peer that is connected to the listener.</summary>
    IPeerUnderTest Connect(int listener);

    int CreateEvent();

    int OpenZeros();

    void Signal(int fd);

    void Close(int fd);

    int Shutdown(int fd, int how);

    bool HasEnded(int fd);
}
