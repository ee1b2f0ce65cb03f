using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Sluice.Sockets;

namespace Sluice.AspNetCore.Tests;

/// <summary>A connection without a socket that records what is done to it.</summary>
internal sealed class FakeConnection : Connection
{
    private readonly Pipe _pipe = new();
    private readonly CancellationTokenSource _closed = new();
    private readonly CancellationTokenSource _peerClosed = new();

    public override PipeReader Input => _pipe.Reader;

    public override PipeWriter Output => _pipe.Writer;

    public override EndPoint LocalEndPoint { get; } = new IPEndPoint(IPAddress.Loopback, 1);

    public override EndPoint RemoteEndPoint { get; } = new IPEndPoint(IPAddress.Loopback, 2);

    public override CancellationToken Closed => _closed.Token;

    public override Engine Engine => Engine.Uring;

    internal override CancellationToken ReceiveEnded => _peerClosed.Token;

    public List<Exception?> Aborts { get; } = [];

    public bool ReportsErrorsAsCompleted { get; private set; }

    public int DisposeCount { get; private set; }

    public override ValueTask SendAsync(
        ReadOnlySequence<byte> data, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("Kestrel writes to the pipe alone.");

    public override void Abort(Exception? reason = null) => Aborts.Add(reason);

    public override ValueTask DisposeAsync()
    {
        DisposeCount++;
        return ValueTask.CompletedTask;
    }

    internal override void ReportErrorsAsCompleted() => ReportsErrorsAsCompleted = true;

    internal override void Schedule(Action<object?> callback, object? state) => callback(state);
}
