using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sluice.Sockets;
using Sluice.Sockets.SystemSockets;

namespace Sluice.AspNetCore;

/// <summary>Makes Kestrel's own sockets transport behave as the options of Sluice ask.</summary>
internal static class KestrelSockets
{
    public static IConnectionListenerFactory Create(
        SocketTransportOptions theirs, SluiceTransportOptions ours, ILoggerFactory loggerFactory)
    {
        // A copy: theirs belong to the container and to Kestrel's registered transport.
        var options = new SocketTransportOptions
        {
            Backlog = ours.Listen.Backlog,
            CreateBoundListenSocket = ListenerOf(theirs, ours),
            IOQueueCount = theirs.IOQueueCount,
            MaxReadBufferSize = theirs.MaxReadBufferSize,
            MaxWriteBufferSize = theirs.MaxWriteBufferSize,
            NoDelay = ours.Listen.NoDelay,
            UnsafePreferInlineScheduling =
                theirs.UnsafePreferInlineScheduling || ours.Scheduling == Scheduling.Inline,
            WaitForDataBeforeAllocatingBuffer = theirs.WaitForDataBeforeAllocatingBuffer,
        };
        return new SocketTransportFactory(Options.Create(options), loggerFactory);
    }

    /// <summary>For outbound connections.</summary>
    public static SocketConnectionFactoryOptions ClientOptions(SluiceTransportOptions ours) =>
        new() { UnsafePreferInlineScheduling = ours.Scheduling == Scheduling.Inline };

    /// <summary>
    /// A descriptor that was passed to this process. It stays open when the server stops: a
    /// service manager, or the next server in the process, goes on with it.
    /// </summary>
    public static SafeSocketHandle HandleOf(FileHandleEndPoint inherited) =>
        new((nint)inherited.FileHandle, ownsHandle: false);

    // A host that makes its listening sockets itself keeps doing so.
    private static Func<EndPoint, Socket> ListenerOf(
        SocketTransportOptions theirs, SluiceTransportOptions ours) =>
        theirs.CreateBoundListenSocket != SocketTransportOptions.CreateDefaultBoundListenSocket
            ? theirs.CreateBoundListenSocket
            : endPoint => Listen(endPoint, ours.Listen);

    private static Socket Listen(EndPoint endPoint, ListenOptions options)
    {
        if (endPoint is not FileHandleEndPoint inherited)
            return SocketFactory.Listen(endPoint, options);

        using SafeSocketHandle handle = HandleOf(inherited);
        return SocketFactory.Listen(handle, options);
    }
}
