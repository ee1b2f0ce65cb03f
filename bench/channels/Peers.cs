using System.Diagnostics;
using System.Net.Sockets;
using Sluice.Ipc;

namespace Sluice.Channels.Bench;

/// <summary>Two processes that are joined by a socket.</summary>
internal static class Peers
{
    /// <summary>Starts this program once more, on another processor.</summary>
    /// <param name="cpu">Which.</param>
    /// <param name="arguments">What it measures.</param>
    /// <param name="run">This side.</param>
    public static double Start(
        string cpu, string[] arguments, Func<DescriptorChannel, double> run)
    {
        string name = "sluice-bench-" + Guid.NewGuid().ToString("N");
        using var listener = new Socket(
            AddressFamily.Unix, SocketType.Seqpacket, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint("\0" + name));
        listener.Listen(1);
        using var peer = Process.Start("taskset",
            ["-c", cpu, "dotnet", typeof(Peers).Assembly.Location, "peer", name, .. arguments]);
        using var channel = new DescriptorChannel(listener.Accept());
        double figure = run(channel);
        peer.WaitForExit();
        return peer.ExitCode == 0
            ? figure
            : throw new InvalidOperationException("The other process failed.");
    }

    /// <summary>The other side.</summary>
    public static void Join(string name, Action<DescriptorChannel> run)
    {
        var socket = new Socket(
            AddressFamily.Unix, SocketType.Seqpacket, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint("\0" + name));
        using var channel = new DescriptorChannel(socket);
        run(channel);
    }
}
