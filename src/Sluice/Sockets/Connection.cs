using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Sluice.Sockets.ProxyProtocol;

namespace Sluice.Sockets;

/// <summary>
/// A connected stream socket as a pair of pipes: <see cref="Input"/> reads what the peer sent,
/// <see cref="Output"/> writes to it.
/// </summary>
/// <remarks>
/// <para>
/// <b>Reading.</b> With io_uring, <see cref="Input"/> serves the very buffers that the kernel
/// filled; <c>AdvanceTo</c> gives them back, and the memory must not be touched after that. A
/// reader that lags behind <see cref="SluiceOptions.ReceiveWatermark"/> makes the peer wait.
/// When the peer has closed its side, the reader sees all that was sent before, then the end.
/// </para>
/// <para>
/// <b>Writing.</b> A flush completes when the bytes are accepted, and waits only while more than
/// <see cref="SluiceOptions.SendWatermark"/> is unsent. What is flushed until the handler yields
/// leaves in one send. Completing <see cref="Output"/> sends the rest and then closes that
/// direction only (half-close). Completing it with an exception aborts the connection.
/// <see cref="SendAsync(ReadOnlySequence{byte}, CancellationToken)"/> sends memory that is
/// somewhere else already, what another connection received above all, and copies nothing.
/// </para>
/// <para>
/// <b>Threads.</b> One reader and one writer at a time, each on any thread; <see cref="Abort"/>,
/// <c>CancelPendingRead</c> and <c>CancelPendingFlush</c> from any thread at any time.
/// </para>
/// <para>
/// <b>Errors.</b> A connection that was reset or aborted fails reads and flushes with an
/// <see cref="IOException"/>; a <see cref="System.Net.Sockets.SocketException"/> is its cause
/// where the kernel gave one. There are no hidden timeouts: pass a
/// <see cref="CancellationToken"/> to reads and flushes.
/// </para>
/// <para>
/// <b>End.</b> <see cref="DisposeAsync"/> sends what was flushed, closes, and completes once the
/// kernel holds nothing of the connection any more.
/// </para>
/// </remarks>
public abstract class Connection : IDuplexPipe, IAsyncDisposable
{
    private protected Connection()
    {
    }

    /// <summary>What the peer sent.</summary>
    public abstract PipeReader Input { get; }

    /// <summary>What goes to the peer.</summary>
    public abstract PipeWriter Output { get; }

    /// <summary>Our end; never null. Connections may share the object: do not change it.</summary>
    public abstract EndPoint LocalEndPoint { get; }

    /// <summary>
    /// The peer's end; never null. An unnamed UNIX socket has an empty path. Connections may share
    /// the address in it.
    /// </summary>
    public abstract EndPoint RemoteEndPoint { get; }

    /// <summary>
    /// What the proxy before us said, and the addresses of the socket itself; null if there was no
    /// header (see <see cref="ListenOptions.UseProxyProtocol"/>).
    /// </summary>
    public virtual IProxyProtocolFeature? ProxyProtocol => null;

    /// <summary>
    /// Cancelled when the connection has ended: both directions closed, reset, or aborted.
    /// </summary>
    public abstract CancellationToken Closed { get; }

    /// <summary>What moves the bytes: never <see cref="Engine.Auto"/>.</summary>
    public abstract Engine Engine { get; }

    /// <summary>
    /// Sends memory that the caller holds, as it is: no copy is made of it in this process. So a
    /// proxy sends what one connection's <see cref="Input"/> has read on another one, and advances
    /// the reader after that.
    /// </summary>
    /// <remarks>
    /// <para>
    /// <b>Memory.</b> It belongs to the call until the task has completed, also if it fails: until
    /// then it must not be changed or given back (no <c>AdvanceTo</c> of a reader that it is
    /// from). The task completes when the socket has taken all of it, or the connection has failed
    /// or was aborted, and the kernel does not refer to it any more. Whether the peer has
    /// received it is not known then. It may be managed or native; with io_uring it is pinned
    /// meanwhile.
    /// </para>
    /// <para>
    /// <b>Order.</b> What was written to <see cref="Output"/> before is sent before, flushed or
    /// not: this flushes it. What is written to <see cref="Output"/> meanwhile is sent after it.
    /// Completing <see cref="Output"/> and <see cref="DisposeAsync"/> meanwhile close after it.
    /// </para>
    /// <para>
    /// <b>Waiting.</b> The call is tried at once and mostly completes at once. It waits while the
    /// socket is full, which is all the back-pressure that a sender needs;
    /// <see cref="SluiceOptions.SendWatermark"/> has no part in it. <c>CancelPendingFlush</c> does
    /// not end it.
    /// </para>
    /// <para>
    /// <b>One at a time.</b> It is a call of the writer's: while one waits neither another one nor
    /// a flush may begin, and the reverse. An empty sequence completes at once.
    /// </para>
    /// <para>
    /// <b>Cancelling</b> a call that has begun aborts the connection, since a part of the memory
    /// may have left already: the task then ends as cancelled, once the memory is free. A token
    /// that is cancelled before the call changes nothing. To give up without losing the
    /// connection is not possible.
    /// </para>
    /// <para>
    /// With <see cref="Engine.Sockets"/>, too, the very memory goes to the kernel, if it is more
    /// than 4 KiB; less is copied. Allocates nothing in the steady state.
    /// </para>
    /// </remarks>
    /// <param name="data">What to send: any number of pieces, of any length.</param>
    /// <param name="cancellationToken">Aborts the connection if it is cancelled meanwhile.</param>
    /// <returns>Completes when the memory is the caller's again.</returns>
    /// <exception cref="InvalidOperationException">
    /// <see cref="Output"/> was completed, or a flush or another send is pending.
    /// </exception>
    /// <exception cref="IOException">
    /// The connection failed or was aborted; a part may have been sent.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public abstract ValueTask SendAsync(
        ReadOnlySequence<byte> data, CancellationToken cancellationToken = default);

    /// <summary>Sends one piece of memory that the caller holds, as it is.</summary>
    /// <inheritdoc cref="SendAsync(ReadOnlySequence{byte}, CancellationToken)"/>
    public ValueTask SendAsync(
        ReadOnlyMemory<byte> data, CancellationToken cancellationToken = default) =>
        SendAsync(new ReadOnlySequence<byte>(data), cancellationToken);

    /// <summary>
    /// Ends the connection now: what is unsent is dropped, the peer sees a reset, and pending
    /// reads and flushes fail. Later calls do nothing.
    /// </summary>
    /// <param name="reason">
    /// The cause that failing reads and flushes report. Null means a general one. A
    /// <c>ConnectionAbortedException</c> is thrown as it is, without an exception around it.
    /// </param>
    public abstract void Abort(Exception? reason = null);

    /// <summary>
    /// A stream over both pipes. Disposing it disposes the connection unless told otherwise; the
    /// synchronous way does not wait until it is closed.
    /// </summary>
    /// <param name="leaveOpen">Whether disposing the stream leaves the connection open.</param>
    public Stream AsStream(bool leaveOpen = false) => new ConnectionStream(this, leaveOpen);

    /// <summary>Sends what was flushed, closes, and waits until nothing is left.</summary>
    public abstract ValueTask DisposeAsync();

    /// <summary>
    /// Cancelled when nothing more will arrive and the reader has consumed what did or has had
    /// two seconds to do so, or the connection failed, whatever becomes of the other direction.
    /// </summary>
    internal virtual CancellationToken ReceiveEnded => Closed;

    /// <summary>
    /// From now on a flush after a reset completes with
    /// <see cref="FlushResult.IsCompleted"/> instead of an exception, as Kestrel expects it.
    /// </summary>
    internal virtual void ReportErrorsAsCompleted()
    {
    }

    /// <summary>Runs a callback where this connection's user code belongs.</summary>
    internal abstract void Schedule(Action<object?> callback, object? state);
}
