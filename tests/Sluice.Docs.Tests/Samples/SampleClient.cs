using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sluice.Docs.Tests.Samples;

/// <summary>A plain socket that talks to a sample.</summary>
internal static class SampleClient
{
    /// <summary>Sends text, closes this side if wanted, and reads all that comes.</summary>
    public static async Task<string> ExchangeAsync(
        IPEndPoint server, string text, bool closes = true)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server).WaitAsync(SampleProcess.Patience);
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        Task sending = client.GetStream().WriteAsync(bytes).AsTask();
        Task<byte[]> receiving = ReadToEndAsync(client.GetStream());
        await sending.WaitAsync(SampleProcess.Patience);
        if (closes)
            client.Client.Shutdown(SocketShutdown.Send);
        return Encoding.Latin1.GetString(await receiving.WaitAsync(SampleProcess.Patience));
    }

    public static async Task<byte[]> ReadToEndAsync(Stream stream)
    {
        using var all = new MemoryStream();
        await stream.CopyToAsync(all);
        return all.ToArray();
    }
}
