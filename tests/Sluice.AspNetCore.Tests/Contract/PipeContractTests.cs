using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Sluice.Testing.Connections;

namespace Sluice.AspNetCore.Tests.Contract;

/// <summary>What Kestrel does with the two pipes of a connection while it lives.</summary>
public sealed class PipeContractTests
{
    [Theory]
    [Transports]
    public async Task CancelPendingRead_WhileAReadWaits_WakesItAndTheNextGoesOn(
        TransportKind kind)
    {
        await using var harness = await TransportHarness.StartAsync(kind);
        (ConnectionContext connection, RawPeer peer) = await harness.ConnectAsync();
        PipeReader input = connection.Transport.Input;
        Task<ReadResult> pending = input.ReadAsync().AsTask();

        input.CancelPendingRead();

        ReadResult result = await pending.Within();
        Assert.True(result.IsCanceled);
        Assert.True(result.Buffer.IsEmpty);
        input.AdvanceTo(result.Buffer.End);
        await peer.SendAsync("next");
        Assert.Equal("next"u8.ToArray(), await input.TakeAsync(4));
    }

    [Theory]
    [Transports]
    public async Task CancelPendingRead_BeforeTheRead_CancelsIt(TransportKind kind)
    {
        await using var harness = await TransportHarness.StartAsync(kind);
        (ConnectionContext connection, _) = await harness.ConnectAsync();
        PipeReader input = connection.Transport.Input;

        input.CancelPendingRead();

        Assert.True((await input.ReadAsync().Within()).IsCanceled);
    }

    [Theory]
    [Transports]
    public async Task ReadAsync_TokenCancelled_ThrowsAndTheNextGoesOn(TransportKind kind)
    {
        await using var harness = await TransportHarness.StartAsync(kind);
        (ConnectionContext connection, RawPeer peer) = await harness.ConnectAsync();
        PipeReader input = connection.Transport.Input;
        using var source = new CancellationTokenSource();
        Task<ReadResult> pending = input.ReadAsync(source.Token).AsTask();

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending.Within());
        await peer.SendAsync("next");
        Assert.Equal("next"u8.ToArray(), await input.TakeAsync(4));
    }

    [Theory]
    [Transports]
    [Trait("pitfall", "10")]
    public async Task ReadAsync_AllWasExamined_WaitsForMore(TransportKind kind)
    {
        await using var harness = await TransportHarness.StartAsync(kind);
        (ConnectionContext connection, RawPeer peer) = await harness.ConnectAsync();
        PipeReader input = connection.Transport.Input;
        await peer.SendAsync("half");
        ReadResult first = await input.ReadAsync().Within();
        input.AdvanceTo(first.Buffer.Start, first.Buffer.End);

        Task<ReadResult> pending = input.ReadAsync().AsTask();
        Assert.False(pending.IsCompleted);
        await peer.SendAsync("rest");

        ReadResult second = await pending.Within();
        Assert.Equal("halfrest"u8.ToArray(), second.Buffer.ToArray());
    }

    [Theory]
    [Transports]
    public async Task CancelPendingFlush_WhileAFlushWaits_WakesIt(TransportKind kind)
    {
        await using var harness = await TransportHarness.StartAsync(kind);
        (ConnectionContext connection, _) = await harness.ConnectAsync();
        Task<FlushResult> pending = await connection.Transport.Output.FillAsync();

        connection.Transport.Output.CancelPendingFlush();

        FlushResult result = await pending.Within();
        Assert.True(result.IsCanceled);
        Assert.False(result.IsCompleted);
    }

    [Theory]
    [Transports]
    public async Task FlushAsync_TokenCancelledWhileItWaits_Throws(TransportKind kind)
    {
        await using var harness = await TransportHarness.StartAsync(kind);
        (ConnectionContext connection, _) = await harness.ConnectAsync();
        using var source = new CancellationTokenSource();
        Task<FlushResult> pending = await connection.Transport.Output.FillAsync(source.Token);

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending.Within());
    }

    [Theory]
    [Transports]
    public async Task FlushAsync_PeerDoesNotRead_WaitsUntilItDoesAndLosesNothing(
        TransportKind kind)
    {
        await using var harness = await TransportHarness.StartAsync(kind);
        (ConnectionContext connection, RawPeer peer) = await harness.ConnectAsync();
        PipeWriter output = connection.Transport.Output;
        byte[] chunk = TestBytes.Create(64 * 1024);
        long sent = 0;
        Task<FlushResult> pending;
        do
        {
            pending = output.WriteAsync(chunk).AsTask();
            sent += chunk.Length;
        }
        while (pending.IsCompleted && sent < PipeFillExtensions.FillMax);

        Assert.False(pending.IsCompleted);
        Task<byte[]> received = peer.ReceiveToEndAsync();
        Assert.False((await pending.Within()).IsCompleted);
        await output.CompleteAsync();

        byte[] all = await received;
        Assert.Equal(sent, all.LongLength);
        for (int at = 0; at < all.Length; at += chunk.Length)
            Assert.True(all.AsSpan(at, chunk.Length).SequenceEqual(chunk));
    }

    [Theory]
    [Transports]
    public async Task Receive_NobodyReads_ThePeerWaitsUntilSomebodyDoes(TransportKind kind)
    {
        // More than the buffers of the kernel and of every transport together.
        const int Size = 48 * 1024 * 1024;
        await using var harness = await TransportHarness.StartAsync(kind);
        (ConnectionContext connection, RawPeer peer) = await harness.ConnectAsync(256 * 1024);
        byte[] data = TestBytes.Create(Size);

        Task sending = peer.SendAsync(data);
        await harness.PassTimeAsync(rounds: 200);
        Assert.False(sending.IsCompleted);

        byte[] received = await connection.Transport.Input.TakeAsync(Size);
        await sending.Within();
        Assert.True(received.AsSpan().SequenceEqual(data));
    }

    [Theory]
    [Transports]
    public async Task WriteAsync_OfManySizes_ArrivesInOrder(TransportKind kind)
    {
        await using var harness = await TransportHarness.StartAsync(kind);
        (ConnectionContext connection, RawPeer peer) = await harness.ConnectAsync();
        byte[] data = TestBytes.Create(3_000_000);
        Task<byte[]> received = peer.ReceiveToEndAsync();

        int at = 0;
        for (int size = 1; at < data.Length; size = (size * 3) + 1)
        {
            int count = Math.Min(size, data.Length - at);
            await connection.Transport.Output.WriteAsync(data.AsMemory(at, count)).Within();
            at += count;
        }

        await connection.Transport.Output.CompleteAsync();
        Assert.True((await received).AsSpan().SequenceEqual(data));
    }

    [Theory]
    [Transports]
    public async Task FlushAsync_NothingWasWritten_Completes(TransportKind kind)
    {
        await using var harness = await TransportHarness.StartAsync(kind);
        (ConnectionContext connection, _) = await harness.ConnectAsync();

        FlushResult result = await connection.Transport.Output.FlushAsync().Within();

        Assert.False(result.IsCompleted);
        Assert.False(result.IsCanceled);
    }

    [Theory]
    [Transports]
    public async Task GetMemory_OfALargeSize_GivesIt(TransportKind kind)
    {
        await using var harness = await TransportHarness.StartAsync(kind);
        (ConnectionContext connection, RawPeer peer) = await harness.ConnectAsync();
        byte[] data = TestBytes.Create(200_000);

        data.CopyTo(connection.Transport.Output.GetMemory(data.Length).Span);
        connection.Transport.Output.Advance(data.Length);
        await connection.Transport.Output.FlushAsync().Within();

        Assert.Equal(data, await peer.ReceiveAsync(data.Length));
    }
}
