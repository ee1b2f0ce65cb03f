using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Sluice.Ipc;

namespace Sluice.Tool.Bench.Figures.Messages;

/// <summary>
/// Messages between this process and another one, which it starts on another processor: how long
/// one is on its way, or how many go in a second.
/// </summary>
/// <remarks>
/// <code>
///   this process                 the other one
///   ---- way, latency or stream ------>
///   ==== parts of the way ============>
///   ---- how many -------------------->        parts to become warm, then what is timed
///   ~~~~ messages ~~~~~~~~~~~~~~~~~~~~>
///   &lt;--- all of them came ------------
///   ---- none ------------------------>
/// </code>
/// </remarks>
[SupportedOSPlatform("linux")]
internal static class MessageFigures
{
    private const double Million = 1_000_000;
    private const int WarmUpChunks = 10;
    private const string Latency = "channel-latency";
    private const string Stream = "channel-stream";

    // Code that is called often is compiled anew a tenth of a second later.
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(300);

    /// <summary>Whether the row is one of these.</summary>
    public static bool Has(string row) => row is Latency or Stream;

    /// <summary>
    /// Nanoseconds in one direction, or millions of messages in a second, by contender.
    /// </summary>
    public static Dictionary<string, double> Measure(BenchRow row, TimeSpan time, int peerCpu) =>
        row.Servers.ToDictionary(
            static contender => contender.Name,
            contender => Measure(row.Name, contender.Name, time / row.Servers.Length, peerCpu));

    /// <summary>The other process.</summary>
    /// <param name="name">Where to connect to.</param>
    public static void Join(string name)
    {
        var socket = new Socket(
            AddressFamily.Unix, SocketType.Seqpacket, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint("\0" + name));
        using var link = new DescriptorChannel(socket);
        bool isStream = Receive(link) == Stream;
        using var way = MessageWay.Create(Receive(link));
        way.Join(link);
        while (int.Parse(Receive(link), null) is > 0 and int chunks)
        {
            for (int i = 0; i < chunks; i++)
            {
                if (isStream)
                    way.Read();
                else
                    way.Answer();
            }

            Send(link, "done");
        }
    }

    private static double Measure(string row, string contender, TimeSpan time, int peerCpu)
    {
        string name = "sluice-figure-" + Guid.NewGuid().ToString("N");
        using var listener = new Socket(
            AddressFamily.Unix, SocketType.Seqpacket, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint("\0" + name));
        listener.Listen(1);
        using var peer = Processors.Start(
            peerCpu, ToolCommand.With(["figure", row, "--join", name]));
        try
        {
            using var link = new DescriptorChannel(listener.Accept());
            Send(link, row);
            Send(link, contender);
            using var way = MessageWay.Create(contender);
            way.Open(link);
            return Measure(way, link, isStream: row == Stream, time);
        }
        finally
        {
            if (!peer.WaitForExit(TimeSpan.FromSeconds(5)))
                peer.Kill();
        }
    }

    private static double Measure(
        MessageWay way, DescriptorChannel link, bool isStream, TimeSpan time)
    {
        TimeSpan last;
        long start = Stopwatch.GetTimestamp();
        do
            last = Run(way, link, isStream, WarmUpChunks);
        while (Stopwatch.GetElapsedTime(start) < WarmUp);

        int chunks = Math.Clamp((int)(WarmUpChunks * (time / last)), 1, 1_000_000);
        TimeSpan taken = Run(way, link, isStream, chunks);
        Send(link, "0");
        return isStream
            ? chunks * (double)MessageWay.Chunk / taken.TotalSeconds / Million
            : taken.TotalNanoseconds / chunks / MessageWay.RoundTrips / 2;
    }

    // Until the other side has seen all of them.
    private static TimeSpan Run(MessageWay way, DescriptorChannel link, bool isStream, int chunks)
    {
        Send(link, LoadProcess.Number(chunks));
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < chunks; i++)
        {
            if (isStream)
                way.Write();
            else
                way.Ask();
        }

        _ = Receive(link);
        return Stopwatch.GetElapsedTime(start);
    }

    private static void Send(DescriptorChannel link, string text) =>
        link.Send(System.Text.Encoding.UTF8.GetBytes(text));

    private static string Receive(DescriptorChannel link)
    {
        byte[] buffer = new byte[256];
        using DescriptorMessage message = link.Receive(buffer);
        return message.Length > 0
            ? System.Text.Encoding.UTF8.GetString(buffer, 0, message.Length)
            : throw new EndOfStreamException("The other process has gone.");
    }
}
