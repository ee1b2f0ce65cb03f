using System.Buffers;
using System.IO.Pipelines;
using System.Net;

namespace Sluice.Sockets.ProxyProtocol;

/// <summary>A connection under the addresses that a proxy has told.</summary>
internal sealed class ProxiedConnection(Connection inner, IProxyProtocolFeature proxy) : Connection
{
    public override PipeReader Input => inner.Input;

    public override PipeWriter Output => inner.Output;

    public override EndPoint LocalEndPoint => proxy.Header.Destination ?? inner.LocalEndPoint;

    public override EndPoint RemoteEndPoint => proxy.Header.Source ?? inner.RemoteEndPoint;

    public override IProxyProtocolFeature ProxyProtocol => proxy;

    public override CancellationToken Closed => inner.Closed;

    public override Engine Engine => inner.Engine;

    internal override CancellationToken ReceiveEnded => inner.ReceiveEnded;

    public override ValueTask SendAsync(
        ReadOnlySequence<byte> data, CancellationToken cancellationToken = default) =>
        inner.SendAsync(data, cancellationToken);

    public override void Abort(Exception? reason = null) => inner.Abort(reason);

    public override ValueTask DisposeAsync() => inner.DisposeAsync();

    internal override void ReportErrorsAsCompleted() => inner.ReportErrorsAsCompleted();

    internal override void Schedule(Action<object?> callback, object? state) =>
        inner.Schedule(callback, state);
}
