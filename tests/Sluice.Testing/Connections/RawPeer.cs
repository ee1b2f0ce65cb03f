using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sluice.Testing.Connections;

/// <summary>
/// The other end of a connection under test: a plain socket of System.Net.Sockets, driven step
/// by step. Every wait is bounded by <see cref="Patience"/>.
/// </summary>
public sealed class RawPeer : IDisposable
{
    private RawPeer(Socket socket) => Socket = socket;

    /// <summary>The socket itself.</summary>
    public Socket Socket { get; }

    /// <summary>Connects to a server under test.</summary>
    /// <param name="endPoint">Where to.</param>
    /// <param name="kernelBuffers">Sizes of both kernel buffers; null leaves them alone.</param>
    public static async Task<RawPeer> ConnectAsync(EndPoint endPoint, int? kernelBuffers = null)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        Socket socket = CreateSocket(endPoint);
        if (kernelBuffers is { } size)
        {
            socket.ReceiveBufferSize = size;
            socket.SendBufferSize = size;
        }

        try
        {
            await socket.ConnectAsync(endPoint).Within();
            return new RawPeer(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Takes one connection from a plain listening socket.</summary>
    public static async Task<RawPeer> AcceptAsync(Socket listener)
    {
        ArgumentNullException.ThrowIfNull(listener);
        return new RawPeer(await listener.AcceptAsync().Within());
    }

    /// <summary>A plain listening socket, for tests of outbound connections.</summary>
    public static Socket Listen(EndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        Socket socket = CreateSocket(endPoint);
        socket.Bind(endPoint);
        socket.Listen(16);
        return socket;
    }

    /// <summary>Sends all of it.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> data)
    {
        while (!data.IsEmpty)
            data = data[await Socket.SendAsync(data, SocketFlags.None).AsTask().Within()..];
    }

    /// <summary>Sends text as UTF-8.</summary>
    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>Receives exactly so many bytes.</summary>
    /// <exception cref="EndOfStreamException">The end came first.</exception>
    public async Task<byte[]> ReceiveAsync(int count)
    {
        byte[] data = new byte[count];
        int received = 0;
        while (received < count)
        {
            int step = await Socket.ReceiveAsync(data.AsMemory(received)).AsTask().Within();
            if (step == 0)
                throw new EndOfStreamException($"The end came after {received} bytes.");
            received += step;
        }

        return data;
    }

    /// <summary>Receives so many characters of ASCII text.</summary>
    public async Task<string> ReceiveTextAsync(int count) =>
        Encoding.ASCII.GetString(await ReceiveAsync(count));

    /// <summary>Receives until the end.</summary>
    public async Task<byte[]> ReceiveToEndAsync()
    {
        using var received = new MemoryStream();
        byte[] chunk = new byte[64 * 1024];
        while (true)
        {
            int count = await Socket.ReceiveAsync(chunk.AsMemory()).AsTask().Within();
            if (count == 0)
                return received.ToArray();
            received.Write(chunk, 0, count);
        }
    }

    /// <summary>Says that nothing more comes (FIN), and goes on receiving.</summary>
    public void Finish() => Socket.Shutdown(SocketShutdown.Send);

    /// <summary>Ends with a reset.</summary>
    public void Reset() => Socket.Close(0);

    /// <summary>Receives until the socket fails or ends.</summary>
    /// <returns>The error, or success if it was an orderly end.</returns>
    public async Task<SocketError> ReceiveErrorAsync()
    {
        try
        {
            _ = await ReceiveToEndAsync();
            return SocketError.Success;
        }
        catch (SocketException failure)
        {
            return failure.SocketErrorCode;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Socket.Dispose();

    private static Socket CreateSocket(EndPoint endPoint) =>
        endPoint.AddressFamily == AddressFamily.Unix
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
            {
                NoDelay = true,
            };
}
