using System.Net;
using Sluice.Reactors;
using Sluice.Sockets;
using Sluice.Sockets.SystemSockets;

namespace Sluice;

/// <summary>One way to run connections. Both engines pass the same contract tests.</summary>
internal interface IEngine : IAsyncDisposable
{
    /// <summary>Which engine this is: never <see cref="Engine.Auto"/>.</summary>
    Engine Kind { get; }

    /// <summary>The engine's reactors; empty if it has none.</summary>
    IReadOnlyList<Reactor> Reactors { get; }

    /// <summary>Accepts from a socket, which belongs to the engine from now on.</summary>
    ConnectionListener Listen(ListeningSocket socket, ListenOptions options);

    ValueTask<Connection> ConnectAsync(
        EndPoint endPoint, ConnectOptions options, CancellationToken cancellationToken);

    /// <summary>
    /// Waits until all connections have ended; those that are left when the deadline is cancelled
    /// are aborted. The caller has stopped the listeners.
    /// </summary>
    ValueTask StopAsync(CancellationToken deadline);
}
