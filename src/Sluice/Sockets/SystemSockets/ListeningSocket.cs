using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Sluice.Sockets.SystemSockets;

/// <summary>
/// A socket that listens: one of our own, or one over a descriptor that somebody else made and
/// goes on owning. That one is kept from being closed until this is disposed of.
/// </summary>
internal sealed class ListeningSocket : IDisposable
{
    private SafeHandle? _borrowed;

    private ListeningSocket(Socket socket) => Socket = socket;

    public Socket Socket { get; }

    /// <exception cref="SocketException">The kernel refused.</exception>
    /// <exception cref="NotSupportedException">Another kind of address.</exception>
    public static ListeningSocket Bind(EndPoint endPoint, ListenOptions options) =>
        new(SocketFactory.Listen(endPoint, options));

    /// <exception cref="SocketException">It is no socket, or cannot listen.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public static ListeningSocket Borrow(SafeHandle descriptor, ListenOptions options)
    {
        bool isHeld = false;
        try
        {
            descriptor.DangerousAddRef(ref isHeld);
            var listening = new ListeningSocket(SocketFactory.Listen(descriptor, options))
            {
                _borrowed = descriptor,
            };
            isHeld = false;
            return listening;
        }
        finally
        {
            if (isHeld)
                descriptor.DangerousRelease();
        }
    }

    public void Dispose()
    {
        Socket.Dispose();
        Interlocked.Exchange(ref _borrowed, null)?.DangerousRelease();
    }
}
