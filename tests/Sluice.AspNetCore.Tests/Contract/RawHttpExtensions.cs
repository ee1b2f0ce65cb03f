using System.Text;
using Sluice.Testing.Connections;

namespace Sluice.AspNetCore.Tests.Contract;

/// <summary>HTTP by hand, for what an HttpClient would not do.</summary>
internal static class RawHttpExtensions
{
    /// <summary>Receives one line or head, up to and with the text that ends it.</summary>
    public static async Task<string> ReceiveUntilAsync(this RawPeer peer, string end)
    {
        var text = new StringBuilder();
        do
            text.Append(await peer.ReceiveTextAsync(1));
        while (!text.ToString().EndsWith(end, StringComparison.Ordinal));
        return text.ToString();
    }

    /// <summary>Receives a head, and the status in it.</summary>
    public static async Task<int> ReceiveStatusAsync(this RawPeer peer)
    {
        string head = await peer.ReceiveUntilAsync("\r\n\r\n");
        return int.Parse(head.AsSpan("HTTP/1.1 ".Length, 3));
    }

    /// <summary>Sends a GET and receives the whole answer, which must be short.</summary>
    /// <returns>The body, which has a Content-Length.</returns>
    public static async Task<string> GetAsync(this RawPeer peer, string path = "/")
    {
        await peer.SendAsync($"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n");
        string head = await peer.ReceiveUntilAsync("\r\n\r\n");
        const string Header = "Content-Length: ";
        int at = head.IndexOf(Header, StringComparison.OrdinalIgnoreCase) + Header.Length;
        return await peer.ReceiveTextAsync(int.Parse(head[at..head.IndexOf('\r', at)]));
    }

    /// <summary>Receives to the end as text.</summary>
    public static async Task<string> ReceiveTextToEndAsync(this RawPeer peer) =>
        Encoding.ASCII.GetString(await peer.ReceiveToEndAsync());
}
