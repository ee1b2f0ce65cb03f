using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Sluice.Sockets.SystemSockets;

/// <summary>Makes sockets with the options that listeners and connections ask for.</summary>
internal static class SocketFactory
{
    private const int SolSocket = 1;
    private const int SoReusePort = 15;
    private const int SocketAddressFamilySize = 2;

    /// <summary>A socket that listens.</summary>
    /// <exception cref="SocketException">The kernel refused.</exception>
    /// <exception cref="NotSupportedException">Another kind of address.</exception>
    public static Socket Listen(EndPoint endPoint, ListenOptions options)
    {
        Socket socket = Create(endPoint, options);
        try
        {
            if (endPoint is IPEndPoint { AddressFamily: AddressFamily.InterNetworkV6 } ip)
                socket.DualMode = options.DualMode ?? ip.Address.Equals(IPAddress.IPv6Any);
            if (options.ReusePort && endPoint is IPEndPoint)
                socket.SetRawSocketOption(SolSocket, SoReusePort, BitConverter.GetBytes(1));
            socket.Bind(endPoint);
            socket.Listen(options.Backlog);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>
    /// A socket over a descriptor that stays its owner's: it is not closed with the socket.
    /// </summary>
    /// <exception cref="SocketException">It is no socket, or cannot listen.</exception>
    public static Socket Listen(SafeHandle descriptor, ListenOptions options)
    {
        var socket = new Socket(
            new SafeSocketHandle(descriptor.DangerousGetHandle(), ownsHandle: false));
        try
        {
            Configure(socket, options);
            socket.Listen(options.Backlog);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A socket of the address's family, close-on-exec as all that .NET makes.</summary>
    /// <exception cref="NotSupportedException">Another kind of address.</exception>
    public static Socket Create(EndPoint endPoint, ConnectionOptions options)
    {
        Socket socket = endPoint switch
        {
            IPEndPoint => new Socket(
                endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp),
            UnixDomainSocketEndPoint => new Socket(
                AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified),
            _ => throw new NotSupportedException(
                $"Neither an IP address nor a UNIX socket: {endPoint.GetType().Name}."),
        };
        try
        {
            if (endPoint is IPEndPoint { Address.IsIPv4MappedToIPv6: true })
                socket.DualMode = true;
            Configure(socket, options);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A socket that is connected.</summary>
    /// <exception cref="SocketException">The connection failed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="NotSupportedException">Another kind of address.</exception>
    public static async ValueTask<Socket> ConnectAsync(
        EndPoint endPoint, ConnectOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Socket socket = Create(endPoint, options);
        try
        {
            if (options.LocalEndPoint is { } local)
                socket.Bind(local);
            await socket.ConnectAsync(endPoint, cancellationToken).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>An address of the same kind that names nobody.</summary>
    public static EndPoint Unnamed(EndPoint sample) => sample is UnixDomainSocketEndPoint
        ? sample.Create(new SocketAddress(AddressFamily.Unix, SocketAddressFamilySize))
        : new IPEndPoint(IPAddress.Any, 0);

    /// <summary>
    /// Sets the options of a connection. A listener has them too: buffer sizes must be known
    /// before the handshake, and Linux lets accepted sockets inherit all of them.
    /// </summary>
    private static void Configure(Socket socket, ConnectionOptions options)
    {
        if (options.KernelReceiveBuffer is { } receive)
            socket.ReceiveBufferSize = receive;
        if (options.KernelSendBuffer is { } send)
            socket.SendBufferSize = send;
        if (socket.AddressFamily == AddressFamily.Unix)
            return;

        socket.NoDelay = options.NoDelay;
        if (options.KeepAlive is { } idle)
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(
                SocketOptionLevel.Tcp,
                SocketOptionName.TcpKeepAliveTime,
                (int)Math.Min(idle.TotalSeconds, short.MaxValue));
        }
    }
}
