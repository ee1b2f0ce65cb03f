using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sluice.Tool.Tests.Processes;

/// <summary>A socket that sends and receives bytes as they are.</summary>
internal static class RawClient
{
    /// <summary>Sends pieces, closes this side, and reads all that comes.</summary>
    public static async Task<byte[]> ExchangeAsync(
        IPEndPoint server, bool closes, params byte[][] pieces)
    {
        using var timeout = new CancellationTokenSource(ToolProcess.Patience);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server, timeout.Token);
        Task<byte[]> received = ReadToEndAsync(socket, timeout.Token);
        foreach (byte[] piece in pieces)
        {
            ReadOnlyMemory<byte> rest = piece;
            while (!rest.IsEmpty)
                rest = rest[await socket.SendAsync(rest, timeout.Token)..];
        }

        if (closes)
            socket.Shutdown(SocketShutdown.Send);
        return await received;
    }

    /// <summary>Sends an HTTP request line as it is; the answer as text.</summary>
    public static async Task<string> RequestAsync(IPEndPoint server, string target)
    {
        byte[] request = Encoding.Latin1.GetBytes(
            $"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        return Encoding.Latin1.GetString(await ExchangeAsync(server, closes: false, request));
    }

    private static async Task<byte[]> ReadToEndAsync(Socket socket, CancellationToken timeout)
    {
        using var all = new MemoryStream();
        byte[] buffer = new byte[64 * 1024];
        int count;
        while ((count = await socket.ReceiveAsync(buffer, timeout)) > 0)
            all.Write(buffer, 0, count);
        return all.ToArray();
    }
}
