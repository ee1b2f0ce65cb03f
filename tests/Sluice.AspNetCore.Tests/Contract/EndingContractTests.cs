using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Sluice.Testing.Connections;

namespace Sluice.AspNetCore.Tests.Contract;

/// <summary>How connections end, and who learns of it in which way.</summary>
public sealed class EndingContractTests
{
    [Theory]
    [Transports]
    public async Task ConnectionClosed_PeerCloses_IsCancelled(TransportKind kind)
    {
        await using var harness = await TransportHarness.StartAsync(kind);
        (ConnectionContext connection, RawPeer peer) = await harness.ConnectAsync();
        Assert.False(connection.ConnectionClosed.IsCancellationRequested);

        peer.Dispose();

        await connection.ConnectionClosed.Cancelled();
    }

    [Theory]
    [Transports]
    public async Task ConnectionClosed_PeerFinishesItsSide_IsCancelled(TransportKind kind)
    {
        await using var harness = await TransportHarness.StartAsync(kind);
        (ConnectionContext connection, RawPeer peer) = await harness.ConnectAsync();

        peer.Finish();

        await connection.ConnectionClosed.Cancelled();
    }

    [Theory]
    [Transports]
    public async Task ConnectionClosed_PeerResets_IsCancelled(TransportKind kind)
    {
        await using var harness = await TransportHarness.StartAsync(kind);
        (ConnectionContext connection, RawPeer peer) = await harness.ConnectAsync();

        peer.Reset();

        await connection.ConnectionClosed.Cancelled();
    }

    [Theory]
    [Transports]
    public async Task ConnectionClosed_PeerLeavesBytesThatNobodyReads_IsCancelled(
        TransportKind kind)
    {
        await using var harness = await TransportHarness.StartAsync(kind);
        (ConnectionContext connection, RawPeer peer) = await harness.ConnectAsync();

        await peer.SendAsync("unread");
        peer.Dispose();

        await connection.ConnectionClosed.Cancelled();
    }

    [Theory]
    [Transports]
    public async Task ConnectionClosed_Abort_IsCancelled(TransportKind kind)
    {
        await using var harness = await TransportHarness.StartAsync(kind);
        (ConnectionContext connection, _) = await harness.ConnectAsync();

        connection.Abort(new ConnectionAbortedException("why"));

        await connection.ConnectionClosed.Cancelled();
    }

    [Theory]
    [Transports]
    public async Task ConnectionClosed_DisposeAsync_IsCancelled(TransportKind kind)
    {
        await using var harness = await TransportHarness.StartAsync(kind);
        (ConnectionContext connection, _) = await harness.ConnectAsync();
        CancellationToken closed = connection.ConnectionClosed;

        await connection.DisposeAsync().Within();

        await closed.Cancelled();
    }

    [Theory]
    [Transports]
    public async Task Abort_Always_ResetsThePeer(TransportKind kind)
    {
        await using var harness = await TransportHarness.StartAsync(kind);
        (ConnectionContext connection, RawPeer peer) = await harness.ConnectAsync();

        connection.Abort(new ConnectionAbortedException("why"));

        Assert.Equal(SocketError.ConnectionReset, await peer.ReceiveErrorAsync());
    }

    [Theory]
    [Transports]
    public async Task Abort_WithoutAReason_ResetsThePeer(TransportKind kind)
    {
        await using var harness = await TransportHarness.StartAsync(kind);
        (ConnectionContext connection, RawPeer peer) = await harness.ConnectAsync();

        connection.Abort();

        Assert.Equal(SocketError.ConnectionReset, await peer.ReceiveErrorAsync());
    }

    [Theory]
    [Transports]
    public async Task Abort_Again_DoesNothing(TransportKind kind)
    {
        await using var harness = await TransportHarness.StartAsync(kind);
        (ConnectionContext connection, RawPeer peer) = await harness.ConnectAsync();

        connection.Abort(new ConnectionAbortedException("first"));
        connection.Abort(new ConnectionAbortedException("second"));
        await connection.DisposeAsync().Within();
        connection.Abort(new ConnectionAbortedException("third"));
        await connection.DisposeAsync().Within();

        Assert.Equal(SocketError.ConnectionReset, await peer.ReceiveErrorAsync());
    }

    [Theory]
    [Transports]
    public async Task Abort_WithAReason_IsWhatAPendingReadThrows(TransportKind kind)
    {
        await using var harness = await TransportHarness.StartAsync(kind);
        (ConnectionContext connection, _) = await harness.ConnectAsync();
        Task<ReadResult> pending = connection.Transport.Input.ReadAsync().AsTask();
        var reason = new ConnectionAbortedException("why");

        connection.Abort(reason);

        Assert.Same(
            reason, await Assert.ThrowsAnyAsync<Exception>(() => pending.Within()));
    }

    [Theory]
    [Transports]
    public async Task Abort_WithAReason_IsWhatALaterReadThrows(TransportKind kind)
    {
        await using var harness = await TransportHarness.StartAsync(kind);
        (ConnectionContext connection, _) = await harness.ConnectAsync();
        var reason = new ConnectionAbortedException("why");

        connection.Abort(reason);
        await connection.ConnectionClosed.Cancelled();

        Assert.Same(reason, await Assert.ThrowsAnyAsync<Exception>(
            () => connection.Transport.Input.ReadAsync().Within()));
    }

    [Theory]
    [Transports]
    public async Task Abort_WhileAFlushWaits_CompletesIt(TransportKind kind)
    {
        await using var harness = await TransportHarness.StartAsync(kind);
        (ConnectionContext connection, _) = await harness.ConnectAsync();
        Task<FlushResult> pending = await connection.Transport.Output.FillAsync();

        connection.Abort(new ConnectionAbortedException("why"));

        Assert.True((await pending.Within()).IsCompleted);
    }

    [Theory]
    [Transports]
    public async Task FlushAsync_AfterAbort_SaysThatItIsOver(TransportKind kind)
    {
        await using var harness = await TransportHarness.StartAsync(kind);
        (ConnectionContext connection, _) = await harness.ConnectAsync();

        connection.Abort(new ConnectionAbortedException("why"));

        await connection.Transport.Output.WriteUntilCompletedAsync();
    }

    [Theory]
    [Transports]
    public async Task ReadAsync_PeerResets_ThrowsConnectionReset(TransportKind kind)
    {
        await using var harness = await TransportHarness.StartAsync(kind);
        (ConnectionContext connection, RawPeer peer) = await harness.ConnectAsync();
        Task<ReadResult> pending = connection.Transport.Input.ReadAsync().AsTask();

        peer.Reset();

        var failure = await Assert.ThrowsAsync<ConnectionResetException>(() => pending.Within());
        Assert.IsType<SocketException>(failure.InnerException);
    }

    [Theory]
    [Transports]
    public async Task FlushAsync_AfterAReset_SaysThatItIsOver(TransportKind kind)
    {
        await using var harness = await TransportHarness.StartAsync(kind);
        (ConnectionContext connection, RawPeer peer) = await harness.ConnectAsync();

        peer.Reset();

        await connection.Transport.Output.WriteUntilCompletedAsync();
    }

    [Theory]
    [Transports]
    public async Task FlushAsync_ThatWaitsWhileThePeerResets_SaysThatItIsOver(TransportKind kind)
    {
        await using var harness = await TransportHarness.StartAsync(kind);
        (ConnectionContext connection, RawPeer peer) = await harness.ConnectAsync();
        Task<FlushResult> pending = await connection.Transport.Output.FillAsync();

        peer.Reset();

        Assert.True((await pending.Within()).IsCompleted);
    }

    [Theory]
    [Transports]
    public async Task ReadAsync_PeerFinishes_TellsTheEndAfterTheLastByte(TransportKind kind)
    {
        await using var harness = await TransportHarness.StartAsync(kind);
        (ConnectionContext connection, RawPeer peer) = await harness.ConnectAsync();

        await peer.SendAsync("the last");
        peer.Finish();

        Assert.Equal("the last"u8.ToArray(), await connection.Transport.Input.TakeToEndAsync());
    }

    [Theory]
    [Transports]
    public async Task FlushAsync_AfterThePeerFinished_StillReachesIt(TransportKind kind)
    {
        await using var harness = await TransportHarness.StartAsync(kind);
        (ConnectionContext connection, RawPeer peer) = await harness.ConnectAsync();
        peer.Finish();
        _ = await connection.Transport.Input.TakeToEndAsync();

        await connection.Transport.Output.WriteAsync("answer"u8.ToArray()).Within();

        Assert.Equal("answer", await peer.ReceiveTextAsync(6));
    }

    [Theory]
    [Transports]
    public async Task CompleteOutput_Always_SendsAllAndThenTheEnd(TransportKind kind)
    {
        await using var harness = await TransportHarness.StartAsync(kind);
        (ConnectionContext connection, RawPeer peer) = await harness.ConnectAsync();
        byte[] data = TestBytes.Create(100_000);
        Task<byte[]> received = peer.ReceiveToEndAsync();

        await connection.Transport.Output.WriteAsync(data).Within();
        await connection.Transport.Output.CompleteAsync();

        Assert.Equal(data, await received);
    }

    [Theory]
    [Transports]
    public async Task CompleteOutput_PeerGoesOnSending_OnlySluiceReadsOn(TransportKind kind)
    {
        await using var harness = await TransportHarness.StartAsync(kind);
        (ConnectionContext connection, RawPeer peer) = await harness.ConnectAsync();
        await connection.Transport.Output.CompleteAsync();
        _ = await peer.ReceiveToEndAsync();

        if (!kind.IsUring())
        {
            // Kestrel's transport has no half-close: with the output all of it ends.
            await Assert.ThrowsAnyAsync<Exception>(
                () => connection.Transport.Input.TakeAsync(4));
            return;
        }

        await peer.SendAsync("more");
        Assert.Equal("more"u8.ToArray(), await connection.Transport.Input.TakeAsync(4));
    }

    [Theory]
    [Transports]
    public async Task DisposeAsync_WithFlushedBytes_SendsThemFirst(TransportKind kind)
    {
        await using var harness = await TransportHarness.StartAsync(kind);
        (ConnectionContext connection, RawPeer peer) = await harness.ConnectAsync();
        byte[] data = TestBytes.Create(30_000);
        Task<byte[]> received = peer.ReceiveToEndAsync();

        await connection.Transport.Output.WriteAsync(data).Within();
        await connection.DisposeAsync().Within();

        Assert.Equal(data, await received);
    }

    [Theory]
    [Transports]
    public async Task DisposeAsync_WithUnreadBytes_Ends(TransportKind kind)
    {
        await using var harness = await TransportHarness.StartAsync(kind);
        (ConnectionContext connection, RawPeer peer) = await harness.ConnectAsync();
        await peer.SendAsync("unread");
        ReadResult read = await connection.Transport.Input.ReadAsync().Within();
        connection.Transport.Input.AdvanceTo(read.Buffer.Start, read.Buffer.End);

        await connection.DisposeAsync().Within();

        await peer.ReceiveErrorAsync();
    }

    [Theory]
    [Transports]
    public async Task DisposeAsync_WithReadBytesThatAreStillHeld_Ends(TransportKind kind)
    {
        await using var harness = await TransportHarness.StartAsync(kind);
        (ConnectionContext connection, RawPeer peer) = await harness.ConnectAsync();
        await peer.SendAsync("held");
        _ = await connection.Transport.Input.ReadAsync().Within();

        await connection.DisposeAsync().Within();

        await peer.ReceiveErrorAsync();
    }
}
