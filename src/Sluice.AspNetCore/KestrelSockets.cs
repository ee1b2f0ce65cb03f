using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
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

    // A host that makes its listening sockets itself keeps doing so.
    private static Func<EndPoint, Socket> ListenerOf(
        SocketTransportOptions theirs, SluiceTransportOptions ours) =>
        theirs.CreateBoundListenSocket != SocketTransportOptions.CreateDefaultBoundListenSocket
            ? theirs.CreateBoundListenSocket
            : endPoint => SocketFactory.Listen(endPoint, ours.Listen);
}
