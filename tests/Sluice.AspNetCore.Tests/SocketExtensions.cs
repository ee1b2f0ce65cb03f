using System.Net.Sockets;
using System.Text;

namespace Sluice.AspNetCore.Tests;

internal static class SocketExtensions
{
    /// <summary>Reads until the peer has closed its side.</summary>
    public static async Task<string> ReadToEndAsync(this Socket socket)
    {
        using var timeout = new CancellationTokenSource(TestServer.Patience);
        using var received = new MemoryStream();
        byte[] buffer = new byte[64 * 1024];
        int count;
        while ((count = await socket.ReceiveAsync(buffer, timeout.Token)) > 0)
            received.Write(buffer, 0, count);
        return Encoding.Latin1.GetString(received.ToArray());
    }

    public static async Task SendAllAsync(this Socket socket, string text)
    {
        ReadOnlyMemory<byte> bytes = Encoding.Latin1.GetBytes(text);
        while (!bytes.IsEmpty)
            bytes = bytes[await socket.SendAsync(bytes)..];
    }
}
