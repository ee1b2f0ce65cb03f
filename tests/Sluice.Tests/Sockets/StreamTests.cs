using Sluice.Sockets;
using Sluice.Testing.Connections;
using Sluice.Tests.Engines;

namespace Sluice.Tests.Sockets;

public sealed class StreamTests
{
    [Theory]
    [Engines]
    public async Task ReadAsync_SmallerThanWhatArrived_ReturnsItPieceByPiece(
        Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync();
        Stream stream = connection.AsStream();
        await peer.SendAsync("abcdef");
        peer.Finish();

        byte[] data = new byte[6];
        await stream.ReadExactlyAsync(data.AsMemory(0, 2)).Within();
        await stream.ReadExactlyAsync(data, 2, 4).Within();

        Assert.Equal("abcdef"u8.ToArray(), data);
        Assert.Equal(0, await stream.ReadAsync(data).Within());
    }

    [Theory]
    [Engines]
    public async Task ReadAsync_EmptyBuffer_WaitsForDataAndTakesNone(
        Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync();
        Stream stream = connection.AsStream();

        Task<int> waiting = stream.ReadAsync(Memory<byte>.Empty).AsTask();
        bool isEarly = waiting.IsCompleted;
        await peer.SendAsync("x");

        Assert.False(isEarly);
        Assert.Equal(0, await waiting.Within());
        Assert.Equal("x"u8.ToArray(), await connection.Input.TakeAsync(1));
    }

    [Theory]
    [Engines]
    public async Task WriteAsync_ThenDispose_SendsAllAndEndsTheConnection(
        Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync();
        byte[] sent = TestBytes.Create(200_000);
        Task<byte[]> receiving = peer.ReceiveToEndAsync();

        await using (Stream stream = connection.AsStream())
        {
            await stream.WriteAsync(sent.AsMemory(0, 100_000)).Within();
            await stream.WriteAsync(sent, 100_000, 100_000).Within();
            await stream.FlushAsync().Within();
        }

        Assert.Equal(sent, await receiving);
        await connection.Closed.Cancelled();
    }

    [Theory]
    [Engines]
    public async Task Dispose_WhereUserCodeRuns_SendsAllAndDoesNotWait(
        Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync();
        byte[] sent = TestBytes.Create(100_000);
        Task handler = HandleAsync();
        await peer.SendAsync("x");

        byte[] received = await peer.ReceiveToEndAsync();

        Assert.Equal(sent, received);
        await handler.Within();
        await connection.Closed.Cancelled();

        async Task HandleAsync()
        {
            Stream stream = connection.AsStream();
            await stream.ReadExactlyAsync(new byte[1]).ConfigureAwait(false);
            await stream.WriteAsync(sent).ConfigureAwait(false);
#pragma warning disable CA1849, VSTHRD103 // The synchronous one is what is tested.
            stream.Dispose();
#pragma warning restore CA1849, VSTHRD103
        }
    }

    [Theory]
    [Engines]
    public async Task Dispose_LeaveOpen_LeavesTheConnectionOpen(
        Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync();

        Stream stream = connection.AsStream(leaveOpen: true);
        await stream.DisposeAsync();
        _ = await connection.Output.WriteAsync("open"u8.ToArray()).Within();

        Assert.Equal("open", await peer.ReceiveTextAsync(4));
        await Assert.ThrowsAsync<ObjectDisposedException>(
            () => stream.ReadAsync(new byte[1]).Within());
        await Assert.ThrowsAsync<ObjectDisposedException>(
            () => stream.WriteAsync(new byte[1]).Within());
    }

    // The synchronous methods block, so they are for the thread pool alone.
    [Theory]
    [Engines(Inline = false)]
    public async Task SynchronousMethods_OffTheReactor_CarryBytes(
        Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync();

        Task<byte[]> user = Task.Run(() =>
        {
            using Stream stream = connection.AsStream();
            byte[] data = new byte[4];
            stream.ReadExactly(data, 0, 2);
            stream.ReadExactly(data.AsSpan(2));
            stream.Write(data, 0, 2);
            stream.Write(data.AsSpan(2));
            stream.Flush();
            return data;
        });
        await peer.SendAsync("sync");

        Assert.Equal("sync"u8.ToArray(), await peer.ReceiveToEndAsync());
        Assert.Equal("sync"u8.ToArray(), await user.Within());
    }

    [Theory]
    [Engines]
    public async Task ReadAsync_CancelPendingRead_ThrowsAndLosesNothing(
        Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync();
        Stream stream = connection.AsStream();
        byte[] data = new byte[1];
        Task<int> reading = stream.ReadAsync(data).AsTask();

        connection.Input.CancelPendingRead();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.Within());
        await peer.SendAsync("x");
        Assert.Equal(1, await stream.ReadAsync(data).Within());
    }

    [Theory]
    [Engines]
    public async Task CopyToAsync_ToTheEnd_CopiesAll(Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync();
        byte[] sent = TestBytes.Create(300_000);
        Task sending = Task.Run(async () =>
        {
            await peer.SendAsync(sent);
            peer.Finish();
        });

        using var received = new MemoryStream();
        await connection.AsStream().CopyToAsync(received).Within();
        await sending.Within();

        Assert.Equal(sent, received.ToArray());
    }

    [Theory]
    [Engines]
    public async Task Capabilities_AreThoseOfANetworkStream(Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        (Connection connection, _) = await harness.ConnectAsync();

        Stream stream = connection.AsStream(leaveOpen: true);

        Assert.True(stream.CanRead && stream.CanWrite);
        Assert.False(stream.CanSeek);
        Assert.Throws<NotSupportedException>(() => stream.Length);
        Assert.Throws<NotSupportedException>(() => stream.Position = 1);
        Assert.Throws<NotSupportedException>(() => stream.Seek(0, SeekOrigin.Begin));
        Assert.Throws<NotSupportedException>(() => stream.SetLength(1));
    }
}
