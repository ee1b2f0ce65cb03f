using System.Net;
using System.Net.Sockets;

namespace Sluice.Docs.Tests;

/// <summary>Two ends of a TCP connection, for the guides that receive from a socket.</summary>
internal sealed class SocketPair : IDisposable
{
    private readonly Socket _near;
    private readonly Socket _far;

    public SocketPair()
    {
        using var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        _far = new Socket(SocketType.Stream, ProtocolType.Tcp);
        _far.Connect(listener.LocalEndPoint!);
        _near = listener.Accept();
    }

    /// <summary>The descriptor of the end that the guide receives from.</summary>
    public int Descriptor => (int)_near.SafeHandle.DangerousGetHandle();

    /// <summary>Sends from the other end.</summary>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[_far.Send(bytes)..];
    }

    public void Dispose()
    {
        _near.Dispose();
        _far.Dispose();
    }
}
