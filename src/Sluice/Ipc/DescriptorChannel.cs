using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Sluice.Reactors;
using Sluice.Sockets.RingSockets;
using Sluice.Uring;

namespace Sluice.Ipc;

/// <summary>Sends and receives bytes together with descriptors, over a UNIX socket.</summary>
/// <remarks>
/// <para>
/// <b>Ownership.</b> The channel owns its socket. Descriptors that are sent stay the sender's: the
/// peer gets descriptors of its own, closed in programs that it starts. Those that were received
/// belong to the <see cref="DescriptorMessage"/> until they are taken from it.
/// </para>
/// <para>
/// <b>Threads.</b> One thread sends and one receives at a time. <see cref="Dispose"/> may come from
/// any thread and ends both.
/// </para>
/// <para>
/// <b>Messages.</b> On a stream bytes have no borders, but bytes that came with descriptors are
/// never received together with bytes before them. On packets a message arrives as it was sent.
/// </para>
/// <para>Sources: <c>unix(7)</c>, <c>cmsg(3)</c>, <c>pidfd_open(2)</c>.</para>
/// </remarks>
[SupportedOSPlatform("linux")]
public sealed class DescriptorChannel : IDisposable
{
    private const int SOL_SOCKET = 1;
    private const int SO_PEERCRED = 17;
    private const int SO_PEERPIDFD = 77;
    private readonly Socket _socket;

    /// <summary>Takes over a connected UNIX socket.</summary>
    /// <param name="socket">
    /// A stream or sequenced packets; it is the channel's to dispose from now on.
    /// </param>
    /// <exception cref="ArgumentException">It is another kind of socket.</exception>
    public DescriptorChannel(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        bool isStream = socket.SocketType == SocketType.Stream;
        if (socket.AddressFamily != AddressFamily.Unix
            || !(isStream || socket.SocketType == SocketType.Seqpacket))
        {
            throw new ArgumentException(
                "Descriptors travel over UNIX streams and sequenced packets.", nameof(socket));
        }

        _socket = socket;
    }

    /// <summary>Whether messages have borders.</summary>
    public bool HasPackets => _socket.SocketType == SocketType.Seqpacket;

    /// <summary>Who was at the other end when it connected.</summary>
    /// <exception cref="SocketException">The kernel refused.</exception>
    public PeerCredentials PeerCredentials
    {
        get
        {
            Span<int> raw = stackalloc int[3];
            _ = _socket.GetRawSocketOption(SOL_SOCKET, SO_PEERCRED, MemoryMarshal.AsBytes(raw));
            return new PeerCredentials(raw[0], (uint)raw[1], (uint)raw[2]);
        }
    }

    internal SafeSocketHandle Handle => _socket.SafeHandle;

    /// <summary>Makes a connected pair, for a child process or for two threads.</summary>
    /// <param name="type">
    /// <see cref="SocketType.Stream"/> or <see cref="SocketType.Seqpacket"/>.
    /// </param>
    /// <returns>The two ends, each to be disposed.</returns>
    /// <exception cref="SocketException">The kernel refused.</exception>
    public static (DescriptorChannel First, DescriptorChannel Second) CreatePair(
        SocketType type = SocketType.Seqpacket)
    {
        // An abstract name that only this process knows; there is no file to clean up.
        var name = new UnixDomainSocketEndPoint("\0sluice-" + Guid.NewGuid().ToString("N"));
        using var listener = new Socket(AddressFamily.Unix, type, ProtocolType.Unspecified);
        listener.Bind(name);
        listener.Listen(1);
        var first = new Socket(AddressFamily.Unix, type, ProtocolType.Unspecified);
        try
        {
            first.Connect(name);
            return (new DescriptorChannel(first), new DescriptorChannel(listener.Accept()));
        }
        catch
        {
            first.Dispose();
            throw;
        }
    }

    /// <summary>
    /// A descriptor of the process at the other end: readable when it has ended, never another
    /// process's.
    /// </summary>
    /// <returns>A pidfd, to be disposed by the caller.</returns>
    /// <exception cref="SocketException">The kernel refused, or the process has ended.</exception>
    public SafeFileHandle OpenPeerProcess()
    {
        Span<byte> raw = stackalloc byte[sizeof(int)];
        int fd;
        try
        {
            _ = _socket.GetRawSocketOption(SOL_SOCKET, SO_PEERPIDFD, raw);
            fd = MemoryMarshal.Read<int>(raw);
        }
        catch (SocketException)
        {
            // Linux before 6.5: by number, which is right unless the process has ended already.
            fd = IpcLibc.OpenProcess(PeerCredentials.ProcessId, 0);
            if (fd < 0)
                throw SocketErrors.ToSocketException((Errno)Marshal.GetLastPInvokeError());
        }

        return new SafeFileHandle(fd, ownsHandle: true);
    }

    /// <summary>
    /// Sends bytes and descriptors; waits until the kernel has taken all of them.
    /// </summary>
    /// <param name="payload">At least one byte: descriptors do not travel alone.</param>
    /// <param name="descriptors">Up to 253, which stay the caller's.</param>
    /// <exception cref="ArgumentException">No bytes, or too many descriptors.</exception>
    /// <exception cref="IOException">The connection failed.</exception>
    public void Send(ReadOnlyMemory<byte> payload, params ReadOnlySpan<SafeHandle> descriptors)
    {
        using HeldDescriptors held = Check(payload, descriptors);
        while (!payload.IsEmpty)
        {
            int sent;
            using (MessageOperation operation = ToSend(payload, held))
                sent = Run(operation, isSend: true);
            payload = payload[sent..];
            held.Release();
        }
    }

    /// <summary>Receives bytes, and descriptors up to a number; waits for them.</summary>
    /// <param name="buffer">Room for the bytes; at least one.</param>
    /// <param name="descriptorsMax">How many descriptors are wanted.</param>
    /// <returns>A message to be disposed.</returns>
    /// <exception cref="InvalidDataException">
    /// The peer sent more descriptors than that. All of them were closed; the bytes are lost.
    /// </exception>
    /// <exception cref="IOException">The connection failed.</exception>
    public DescriptorMessage Receive(Memory<byte> buffer, int descriptorsMax = 0)
    {
        using MessageOperation operation = ToReceive(buffer, descriptorsMax);
        int length = Run(operation, isSend: false);
        return operation.Received(length, descriptorsMax);
    }

    /// <summary><see cref="Send"/> on a reactor's ring, without a thread that waits.</summary>
    /// <param name="reactor">Whose ring sends.</param>
    /// <param name="payload">At least one byte; the caller's again when the task ends.</param>
    /// <param name="descriptors">Up to 253, which stay the caller's.</param>
    /// <param name="cancellationToken">
    /// Ends the wait. Of a stream a part may have been sent then.
    /// </param>
    public async ValueTask SendAsync(
        Reactor reactor,
        ReadOnlyMemory<byte> payload,
        ReadOnlyMemory<SafeHandle> descriptors = default,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reactor);
        using HeldDescriptors held = Check(payload, descriptors.Span);
        while (!payload.IsEmpty)
        {
            int sent;
            using (MessageOperation operation = ToSend(payload, held))
            {
                sent = await reactor.SubmitAsync(
                    static (submission, state) => PrepareSend(submission, state!),
                    operation,
                    cancellationToken).ConfigureAwait(false);
            }

            ThrowIfFailed(sent, cancellationToken);
            payload = payload[sent..];
            held.Release();
        }
    }

    /// <summary><see cref="Receive"/> on a reactor's ring, without a thread that waits.</summary>
    /// <param name="reactor">Whose ring receives.</param>
    /// <param name="buffer">Room for the bytes; the caller's again when the task ends.</param>
    /// <param name="descriptorsMax">How many descriptors are wanted.</param>
    /// <param name="cancellationToken">Ends the wait; nothing is lost then.</param>
    /// <returns>A message to be disposed.</returns>
    public async ValueTask<DescriptorMessage> ReceiveAsync(
        Reactor reactor,
        Memory<byte> buffer,
        int descriptorsMax = 0,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reactor);
        using MessageOperation operation = ToReceive(buffer, descriptorsMax);
        int length = await reactor.SubmitAsync(
            static (submission, state) => PrepareReceive(submission, state!),
            operation,
            cancellationToken).ConfigureAwait(false);
        ThrowIfFailed(length, cancellationToken);
        return operation.Received(length, descriptorsMax);
    }

    /// <summary>Sends a packet if the kernel takes it at once.</summary>
    /// <returns>Whether it did.</returns>
    internal bool TrySend(ReadOnlyMemory<byte> packet, params ReadOnlySpan<SafeHandle> descriptors)
    {
        Invariant.Require(HasPackets);
        using HeldDescriptors held = Check(packet, descriptors);
        using MessageOperation operation = ToSend(packet, held);
        return TryRun(operation, isSend: true, IpcLibc.MSG_DONTWAIT) is not null;
    }

    /// <summary>Receives a message if there is one.</summary>
    /// <returns>Null if there is none yet.</returns>
    internal DescriptorMessage? TryReceive(Memory<byte> buffer, int descriptorsMax)
    {
        using MessageOperation operation = ToReceive(buffer, descriptorsMax);
        return TryRun(operation, isSend: false, IpcLibc.MSG_DONTWAIT) is { } length
            ? operation.Received(length, descriptorsMax)
            : null;
    }

    /// <summary>Ends the connection; whoever waits on either end is continued.</summary>
    public void Dispose()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The peer was faster, or it is the second dispose: there is nothing to end.
            _ = error;
        }

        _socket.Dispose();
    }

    /// <summary>Closes this process's descriptor; whoever it was sent to goes on.</summary>
    internal void Close() => _socket.Dispose();

    private static HeldDescriptors Check(
        ReadOnlyMemory<byte> payload, ReadOnlySpan<SafeHandle> descriptors)
    {
        if (payload.IsEmpty)
            throw new ArgumentException("At least one byte has to be sent.", nameof(payload));
        if (descriptors.Length > ControlData.DescriptorsMax)
        {
            throw new ArgumentException(
                $"At most {ControlData.DescriptorsMax} descriptors fit a message.",
                nameof(descriptors));
        }

        return new HeldDescriptors(descriptors);
    }

    private static unsafe void PrepareSend(Submission submission, object state)
    {
        var operation = (MessageOperation)state;
        submission.PrepareSendMessage(
            operation.Socket, (nint)operation.Header, (MessageFlags)IpcLibc.MSG_NOSIGNAL);
    }

    private static unsafe void PrepareReceive(Submission submission, object state)
    {
        var operation = (MessageOperation)state;
        submission.PrepareReceiveMessage(
            operation.Socket, (nint)operation.Header, (MessageFlags)IpcLibc.MSG_CMSG_CLOEXEC);
    }

    private static void ThrowIfFailed(int result, CancellationToken cancellationToken)
    {
        if (result == -(int)Errno.ECANCELED)
            cancellationToken.ThrowIfCancellationRequested();
        if (result < 0)
            throw SocketErrors.ToException((Errno)(-result));
    }

    private MessageOperation ToSend(ReadOnlyMemory<byte> payload, HeldDescriptors held)
    {
        int controlSize = ControlData.SizeOf(held.Numbers.Length);
        var operation = new MessageOperation(_socket.SafeHandle, payload, controlSize);
        if (controlSize != 0)
            ControlData.Write(operation.Control, held.Numbers);
        return operation;
    }

    private MessageOperation ToReceive(Memory<byte> buffer, int descriptorsMax)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(descriptorsMax);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(descriptorsMax, ControlData.DescriptorsMax);
        if (buffer.IsEmpty)
            throw new ArgumentException("There is no room for a byte.", nameof(buffer));

        int controlSize = ControlData.SizeOf(descriptorsMax);
        return new MessageOperation(_socket.SafeHandle, buffer, controlSize);
    }

    // Null if it would have to wait.
    private static unsafe int? TryRun(MessageOperation operation, bool isSend, int flags)
    {
        while (true)
        {
            nint result = isSend
                ? IpcLibc.Send(operation.Socket, operation.Header, IpcLibc.MSG_NOSIGNAL | flags)
                : IpcLibc.Receive(
                    operation.Socket, operation.Header, IpcLibc.MSG_CMSG_CLOEXEC | flags);
            if (result >= 0)
                return (int)result;

            var error = (Errno)Marshal.GetLastPInvokeError();
            if (error == Errno.EAGAIN)
                return null;
            if (error != Errno.EINTR)
                throw SocketErrors.ToException(error);
        }
    }

    private int Run(MessageOperation operation, bool isSend)
    {
        while (true)
        {
            if (TryRun(operation, isSend, flags: 0) is { } result)
                return result;
            _ = _socket.Poll(-1, isSend ? SelectMode.SelectWrite : SelectMode.SelectRead);
        }
    }
}
