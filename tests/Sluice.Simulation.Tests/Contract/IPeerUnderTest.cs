using Sluice.Uring;

namespace Sluice.Simulation.Tests.Contract;

/// <summary>The other end of a connection.</summary>
internal interface IPeerUnderTest : IDisposable
{
    void Send(ReadOnlySpan<byte> bytes);

    /// <summary>Receives exactly as many bytes.</summary>
    byte[] Receive(int count);

    /// <summary>Receives once: the number of bytes, 0 at the end, or the error.</summary>
    (int Count, Errno Error) TryReceive(Span<byte> destination);

    void ShutdownSend();

    void Reset();
}
