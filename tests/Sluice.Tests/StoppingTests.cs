using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Sluice.Sockets;
using Sluice.Testing.Connections;
using Sluice.Tests.Engines;

namespace Sluice.Tests;

/// <summary>How handlers learn that the runtime stops.</summary>
public sealed class StoppingTests
{
    [Theory]
    [Engines]
    [Trait("pitfall", "21")]
    public async Task Stopping_HandlerWaitsForARequest_EndsInOrder(
        Engine engine, Scheduling scheduling)
    {
        SluiceRuntime runtime = EngineRun.Start(
            engine,
            scheduling,
            options => options.ShutdownTimeout = Timeout.InfiniteTimeSpan);
        var waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ConnectionServer server = await runtime.ServeAsync(
            new IPEndPoint(IPAddress.Loopback, 0),
            async connection =>
            {
                ValueTask<ReadResult> read = connection.Input.ReadAsync(runtime.Stopping);
                waiting.SetResult();
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read.AsTask());
                _ = await connection.Output.WriteAsync("bye"u8.ToArray());
            });
        using RawPeer peer = await RawPeer.ConnectAsync(server.EndPoint);
        await waiting.Task.Within();
        await server.DisposeAsync().Within();

        await runtime.DisposeAsync().Within();

        Assert.True(runtime.Stopping.IsCancellationRequested);
        Assert.Equal("bye"u8.ToArray(), await peer.ReceiveToEndAsync());
        Assert.Equal(SocketError.Success, await peer.ReceiveErrorAsync());
    }
}
