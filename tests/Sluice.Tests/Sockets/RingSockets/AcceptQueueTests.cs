using System.Runtime.CompilerServices;
using Sluice.Sockets;
using Sluice.Sockets.RingSockets;

namespace Sluice.Tests.Sockets.RingSockets;

public class AcceptQueueTests
{
    private readonly AcceptQueue _queue = new(pauseAt: 1);

    [Fact]
    [Trait("pitfall", "24b")]
    public async Task TakeAsync_AfterAWaitThatWasCancelled_GetsTheConnection()
    {
        using var cancellation = new CancellationTokenSource();
        Connection connection = Fake();
        ValueTask<Connection?> first = _queue.TakeAsync(out _, cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(first.AsTask);

        ValueTask<Connection?> second = _queue.TakeAsync(out _, default);
        Assert.True(_queue.TryAdd(connection));

        Assert.Same(connection, await second);
    }

    [Fact]
    public async Task TakeAsync_ManyWaits_AreServedInTheirOrderWithoutTheCancelledOne()
    {
        using var cancellation = new CancellationTokenSource();
        Connection[] connections = [Fake(), Fake()];
        ValueTask<Connection?> first = _queue.TakeAsync(out _, default);
        ValueTask<Connection?> gone = _queue.TakeAsync(out _, cancellation.Token);
        ValueTask<Connection?> last = _queue.TakeAsync(out _, default);
        await cancellation.CancelAsync();

        Assert.All(connections, c => Assert.True(_queue.TryAdd(c)));

        Assert.Same(connections[0], await first);
        Assert.Same(connections[1], await last);
        await Assert.ThrowsAsync<OperationCanceledException>(gone.AsTask);
    }

    [Fact]
    [Trait("pitfall", "24b")]
    public async Task TakeAsync_CancelledAfterItWasServed_DoesNotCancelTheNextWait()
    {
        using var cancellation = new CancellationTokenSource();
        ValueTask<Connection?> first = _queue.TakeAsync(out _, cancellation.Token);
        _queue.TryAdd(Fake());
        _ = await first;
        ValueTask<Connection?> second = _queue.TakeAsync(out _, default);

        await cancellation.CancelAsync();

        Assert.False(second.IsCompleted);
        _queue.End();
        Assert.Null(await second);
    }

    [Fact]
    [Trait("pitfall", "24b")]
    public async Task TakeAsync_ResultTakenTwice_Throws()
    {
        ValueTask<Connection?> wait = _queue.TakeAsync(out _, default);
        ValueTask<Connection?> copy = wait;
        _queue.TryAdd(Fake());
        _ = await wait;

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await copy);
    }

    [Fact]
    public void TakeAsync_WaitAfterWait_MakesNoObjects()
    {
        Connection connection = Fake();
        Once();
        long before = GC.GetAllocatedBytesForCurrentThread();

        for (int i = 0; i < 1000; i++)
            Once();

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Once()
        {
            ValueTask<Connection?> wait = _queue.TakeAsync(out _, default);
            _queue.TryAdd(connection);
            Assert.Same(connection, wait.GetAwaiter().GetResult());
        }
    }

    [Fact]
    public void TakeAsync_Cancelled_LeavesNothingInTheQueue()
    {
        WeakReference wait = WaitAndGiveUp();

        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.False(wait.IsAlive);
    }

    [Fact]
    public async Task TakeAsync_FromAFullQueue_SaysSoAndMakesRoom()
    {
        var queue = new AcceptQueue(pauseAt: 2);
        Connection[] connections = [Fake(), Fake()];
        Assert.False(queue.IsFull);
        Assert.True(queue.TryAdd(connections[0]));
        Assert.False(queue.IsFull);
        Assert.True(queue.TryAdd(connections[1]));
        Assert.True(queue.IsFull);

        Assert.Same(connections[0], await queue.TakeAsync(out bool wasFull, default));
        Assert.True(wasFull);
        Assert.False(queue.IsFull);
        Assert.Same(connections[1], await queue.TakeAsync(out wasFull, default));
        Assert.False(wasFull);
        ValueTask<Connection?> wait = queue.TakeAsync(out wasFull, default);
        Assert.False(wasFull);
        queue.End();
        Assert.Null(await wait);
    }

    [Fact]
    public async Task TakeAsync_CancelledBefore_LeavesTheConnection()
    {
        Connection connection = Fake();
        _queue.TryAdd(connection);

        await Assert.ThrowsAsync<OperationCanceledException>(
            async () => await _queue.TakeAsync(out _, new CancellationToken(canceled: true)));

        Assert.Same(connection, Assert.Single(_queue.End()));
    }

    [Fact]
    public async Task End_Twice_GivesAndEndsEverythingOnce()
    {
        ValueTask<Connection?> wait = _queue.TakeAsync(out _, default);

        Assert.Empty(_queue.End());
        Assert.Empty(_queue.End());

        Assert.Null(await wait);
        Assert.False(_queue.TryAdd(Fake()));
        Assert.Null(await _queue.TakeAsync(out _, default));
    }

    [Fact]
    public async Task End_NobodyHasTakenAConnection_GivesItBackOnce()
    {
        Connection connection = Fake();
        _queue.TryAdd(connection);

        Assert.Same(connection, Assert.Single(_queue.End()));
        Assert.Empty(_queue.End());
        Assert.Null(await _queue.TakeAsync(out _, default));
    }

    private static Connection Fake() =>
        (Connection)RuntimeHelpers.GetUninitializedObject(typeof(UringConnection));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference WaitAndGiveUp()
    {
        using var cancellation = new CancellationTokenSource();
        Task<Connection?> wait = _queue.TakeAsync(out _, cancellation.Token).AsTask();
        cancellation.Cancel();
        SpinWait.SpinUntil(() => wait.IsCompleted, TimeSpan.FromSeconds(30));
        Assert.True(wait.IsCanceled);
        return new WeakReference(wait);
    }
}
