using Sluice.Uring;

namespace Sluice.Testing.Simulation.Files;

/// <summary>The other end of one of the program's connections, driven by the test.</summary>
internal sealed class SimulatedPeer(StreamEnd end, byte[] address)
{
    /// <summary>The peer's own address.</summary>
    public byte[] Address { get; } = address;

    /// <summary>Whether the connection is in the program's accept queue, or past it.</summary>
    public bool IsConnected => end.IsEstablished;

    /// <summary>Bytes that can be received now.</summary>
    public int Available => end.Available;

    /// <summary>Whether the program ended its direction and all its bytes were received.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Why the connection failed, or <see cref="Errno.None"/>.</summary>
    public Errno Error { get; private set; }

    /// <summary>Whether nothing more can come from the program.</summary>
    public bool IsOver => HasEnded || Error != Errno.None;

    /// <summary>Sends what fits; how much that was. Nothing after a failure.</summary>
    public int Send(ReadOnlySpan<byte> bytes) => end.IsEstablished ? Result(end.Send(bytes)) : 0;

    /// <summary>Receives what is there, perhaps nothing.</summary>
    public int Receive(Span<byte> destination)
    {
        if (destination.IsEmpty)
            return 0;

        int result = end.Receive(destination);
        HasEnded |= result == 0 && Error == Errno.None;
        return Result(result);
    }

    public void ShutdownSend() => end.ShutdownSend();

    public void Close() => end.Close();

    public void Reset() => end.Reset();

    private int Result(int result)
    {
        if (result >= 0)
            return result;

        var error = (Errno)(-result);
        if (error != Errno.EAGAIN)
            Error = error;
        return 0;
    }
}
