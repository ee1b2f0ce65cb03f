using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Sluice.Sockets.RingSockets;
using Sluice.Uring;
using Sluice.Uring.Interop;

namespace Sluice.Simulation.Tests.Contract;

/// <summary>The kernel that the test runs on, with peers on loopback.</summary>
internal sealed class LinuxKernelUnderTest : IKernelUnderTest
{
    private readonly List<Socket> _sockets = [];

    public LinuxKernelUnderTest()
    {
        try
        {
            Ring.Create(new RingOptions()).Dispose();
        }
        catch (RingException e)
        {
            Assert.Skip("There is no io_uring here: " + e.Message);
        }
    }

    public Ring CreateRing(RingOptions options) => Ring.Create(options, LinuxKernel.Instance);

    public int Listen()
    {
        var socket = new Socket(
            AddressFamily.InterNetwork, SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        _sockets.Add(socket);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen(16);
        return (int)socket.Handle;
    }

    public IPeerUnderTest Connect(int listener)
    {
        var socket = new Socket(
            AddressFamily.InterNetwork, SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp)
        {
            NoDelay = true,
            ReceiveTimeout = 10_000,
        };
        _sockets.Add(socket);
        socket.Connect(_sockets.Single(s => s.Handle == listener).LocalEndPoint!);
        return new Peer(socket);
    }

    public int CreateEvent()
    {
        int fd = eventfd(0, 0);
        Assert.True(fd >= 0);
        return fd;
    }

    public int OpenZeros() => LinuxSocketSystem.Instance.OpenZeros();

    public void Signal(int fd) => Assert.Equal(0, eventfd_write(fd, 1));

    public void Close(int fd) => Assert.Equal(0, close(fd));

    public int Shutdown(int fd, int how) =>
        shutdown(fd, how) == 0 ? 0 : -Marshal.GetLastPInvokeError();

    public bool HasEnded(int fd) => LinuxSocketSystem.Instance.HasEnded(fd) == 1;

    public void Dispose()
    {
        foreach (Socket socket in _sockets)
            socket.Dispose();
    }

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int eventfd(uint value, int flags);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int eventfd_write(int fd, ulong value);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int close(int fd);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int shutdown(int fd, int how);

    private sealed class Peer(Socket socket) : IPeerUnderTest
    {
        public void Send(ReadOnlySpan<byte> bytes) =>
            Assert.Equal(bytes.Length, socket.Send(bytes));

        public byte[] Receive(int count)
        {
            byte[] bytes = new byte[count];
            for (int got = 0; got < count;)
            {
                int n = socket.Receive(bytes.AsSpan(got));
                Assert.NotEqual(0, n);
                got += n;
            }

            return bytes;
        }

        public (int Count, Errno Error) TryReceive(Span<byte> destination)
        {
            int count = socket.Receive(destination, SocketFlags.None, out SocketError error);
            return error switch
            {
                SocketError.Success => (count, Errno.None),
                SocketError.ConnectionReset => (0, Errno.ECONNRESET),
                _ => throw new SocketException((int)error),
            };
        }

        public void ShutdownSend() => socket.Shutdown(SocketShutdown.Send);

        public void Reset() => socket.Close(0);

        public void Dispose() => socket.Dispose();
    }
}
