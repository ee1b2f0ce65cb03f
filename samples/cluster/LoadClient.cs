using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Cluster;

/// <summary>One connection of the load, made anew when it has ended.</summary>
internal sealed class LoadClient(Uri address, Stopwatch clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly byte[] _request = Encoding.ASCII.GetBytes(
        $"GET {address.PathAndQuery} HTTP/1.1\r\nHost: {address.Authority}\r\n\r\n");

    private readonly byte[] _buffer = new byte[16 * 1024];

    public long Requests { get; private set; }

    public long Failures => Kinds.Count;

    /// <summary>What failed, and when.</summary>
    public List<(string What, TimeSpan At)> Kinds { get; } = [];

    /// <summary>How often each node answered: the text of its answer is its name.</summary>
    public Dictionary<string, long> Answers { get; } = [];

    public async Task RunAsync(TimeSpan duration)
    {
        while (clock.Elapsed < duration)
        {
            try
            {
                using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                socket.NoDelay = true;
                using var timeout = new CancellationTokenSource(Patience);
                await socket.ConnectAsync(address.Host, address.Port, timeout.Token);
                while (clock.Elapsed < duration && await ExchangeAsync(socket))
                {
                }
            }
            catch (Exception failure) when (failure is
                SocketException or IOException or OperationCanceledException or FormatException)
            {
                Requests++;
                Kinds.Add((failure.Message, clock.Elapsed));
            }
        }
    }

    /// <returns>Whether the connection goes on.</returns>
    private async Task<bool> ExchangeAsync(Socket socket)
    {
        using var timeout = new CancellationTokenSource(Patience);
        await socket.SendAsync(_request, timeout.Token);
        int length = 0;
        while (true)
        {
            int count = await socket.ReceiveAsync(_buffer.AsMemory(length), timeout.Token);
            if (count == 0)
                throw new IOException("The connection ended before its answer did.");
            length += count;
            string text = Encoding.Latin1.GetString(_buffer, 0, length);
            int body = text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
            if (body >= 4 && IsWhole(text, body))
                return Take(text[..body], text[body..].TrimEnd());
        }
    }

    private bool Take(string head, string body)
    {
        Requests++;
        string status = head["HTTP/1.1 ".Length..head.IndexOf('\r')];
        if (status.StartsWith("200", StringComparison.Ordinal))
            Answers[body] = Answers.GetValueOrDefault(body) + 1;
        else
            Kinds.Add(($"answer {status}", clock.Elapsed));
        return Field(head, "connection") != "close";
    }

    // Nodes and the load balancer say how long their answers are.
    private static bool IsWhole(string text, int body) =>
        Field(text[..body], "content-length") is { } length
            ? text.Length - body >= int.Parse(length, CultureInfo.InvariantCulture)
            : throw new FormatException("An answer without a length.");

    private static string? Field(string head, string name)
    {
        int at = head.IndexOf($"\r\n{name}: ", StringComparison.OrdinalIgnoreCase);
        return at < 0
            ? null
            : head[(at + name.Length + 4)..head.IndexOf('\r', at + 2)].ToLowerInvariant();
    }
}
