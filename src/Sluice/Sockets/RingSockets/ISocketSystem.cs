using Sluice.Uring;

namespace Sluice.Sockets.RingSockets;

/// <summary>
/// All that reactors ask of the kernel about sockets outside the ring. Results are zero or
/// positive on success and <c>-errno</c> otherwise.
/// </summary>
/// <remarks>
/// <c>LinuxSocketSystem</c> makes the system calls. The tests' simulated kernel implements
/// this and the ring's three calls over one model, so that reactors run unchanged on it.
/// Implementations are safe for use by several threads.
/// </remarks>
internal unsafe interface ISocketSystem
{
    /// <summary>A descriptor that <see cref="SignalEvent"/> makes readable (eventfd).</summary>
    int CreateEvent();

    /// <summary>Adds one to the event.</summary>
    int SignalEvent(int fd);

    /// <summary>A descriptor that zeros can be read from (<c>/dev/zero</c>).</summary>
    int OpenZeros();

    /// <summary>Sets an option of one int, or of two (<c>struct linger</c>).</summary>
    int SetOption(int fd, int level, int name, ReadOnlySpan<int> value);

    /// <summary>Our end's address; the result is its length.</summary>
    int GetLocalName(int fd, byte* address, int capacity);

    /// <summary>The peer's address; the result is its length.</summary>
    int GetPeerName(int fd, byte* address, int capacity);

    /// <summary>Sends what the socket takes without waiting; <c>-EAGAIN</c> if nothing.</summary>
    int TrySend(int fd, ReadOnlySpan<BufferSegment> segments);

    /// <summary>
    /// Whether the peer's end, a reset or an error has arrived: 1, else 0. Bytes may come first.
    /// </summary>
    int HasEnded(int fd);

    int Shutdown(int fd, int how);

    int Close(int fd);
}
