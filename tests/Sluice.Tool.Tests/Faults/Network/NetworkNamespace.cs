using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Sluice.Tool.Tests.Processes;

namespace Sluice.Tool.Tests.Faults.Network;

/// <summary>
/// A network namespace with one interface, whose packets are those of <see cref="Packets"/>. What
/// is made inside of it belongs to it for good: a socket, a process.
/// </summary>
internal sealed partial class NetworkNamespace : IAsyncDisposable
{
    private const int CLONE_NEWNET = 0x40000000;
    private const nuint TUNSETIFF = 0x400454CA;
    private const short IFF_TUN = 1;
    private const short IFF_NO_PI = 0x1000;
    private const int O_RDWR = 2;
    private const int O_NONBLOCK = 0x800;
    private const int O_CLOEXEC = 0x80000;
    private const string Interface = "tun0";

    private NetworkNamespace(string name) => Name = name;

    public string Name { get; }

    /// <summary>Reads and writes IP packets, as the other end of its interface.</summary>
    public SafeFileHandle Packets { get; private set; } = new();

    /// <summary>Skips where there can be none.</summary>
    public static void Require()
    {
        ExternalTool.Require("ip");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Network namespaces take root.");
        Assert.SkipUnless(File.Exists("/dev/net/tun"), "The kernel has no TUN.");
    }

    /// <param name="name">Of the namespace; nobody else's.</param>
    /// <param name="address">Of its interface, with the length of the network.</param>
    public static async Task<NetworkNamespace> CreateAsync(string name, string address)
    {
        var made = new NetworkNamespace(name);
        await ExternalTool.RunAsync("ip", "netns", "add", name);
        made.Packets = made.Run(OpenTun);
        await ExternalTool.RunAsync("ip", "-n", name, "addr", "add", address, "dev", Interface);
        await ExternalTool.RunAsync("ip", "-n", name, "link", "set", Interface, "up");
        await ExternalTool.RunAsync("ip", "-n", name, "link", "set", "lo", "up");
        return made;
    }

    /// <summary>Runs something on a thread inside of it.</summary>
    public T Run<T>(Func<T> action)
    {
        T? result = default;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                using SafeFileHandle handle = File.OpenHandle($"/run/netns/{Name}");
                Assert.Equal(0, setns((int)handle.DangerousGetHandle(), CLONE_NEWNET));
                result = action();
            }
            catch (Exception found)
            {
                failure = found;
            }
        });
        thread.Start();
        thread.Join();
        return failure is null ? result! : throw new InvalidOperationException(Name, failure);
    }

    /// <summary>A command inside of it.</summary>
    public string[] Command(string[] command) =>
        ["nsenter", $"--net=/run/netns/{Name}", .. command];

    public async ValueTask DisposeAsync()
    {
        Packets.Dispose();
        await ExternalTool.RunAsync("ip", "netns", "delete", Name);
    }

    private static unsafe SafeFileHandle OpenTun()
    {
        int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
        Assert.True(fd >= 0, "/dev/net/tun cannot be opened.");
        var handle = new SafeFileHandle(fd, ownsHandle: true);
        byte* request = stackalloc byte[40];
        new Span<byte>(request, 40).Clear();
        Encoding.ASCII.GetBytes(Interface, new Span<byte>(request, 16));
        *(short*)(request + 16) = IFF_TUN | IFF_NO_PI;
        Assert.Equal(0, ioctl(fd, TUNSETIFF, request));
        return handle;
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc")]
    private static partial int setns(int fd, int kind);

    [LibraryImport("libc")]
    private static unsafe partial int ioctl(int fd, nuint request, void* argument);
}
