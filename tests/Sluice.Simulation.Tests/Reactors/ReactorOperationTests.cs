using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Reactors;
using Sluice.Testing.Campaigns;
using Sluice.Testing.Simulation;
using Sluice.Testing.Simulation.Files;
using Sluice.Uring;

namespace Sluice.Simulation.Tests.Reactors;

public sealed class ReactorOperationTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromDays(1);

    // For what would never end.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly SimulatedKernel _kernel = new(1, SimulationFaults.None);
    private readonly OperationPool _pool = new();
    private readonly ReactorLoop _loop;
    private readonly Timespec[] _long = GC.AllocateArray<Timespec>(1, pinned: true);
    private bool _isDisposed;

    public ReactorOperationTests()
    {
        _long[0] = Timespec.From(Long);
        _loop = new ReactorLoop(
            _kernel,
            _kernel,
            new ReactorLoopOptions
            {
                Scheduling = Scheduling.Inline,
                TimeProvider = _kernel.Clock,
            },
            NullLogger.Instance);
    }

    private nint LongAddress => Marshal.UnsafeAddrOfPinnedArrayElement(_long, 0);

    public void Dispose()
    {
        if (!_isDisposed)
            _loop.Dispose();
    }

    [Fact]
    public async Task Start_PreparingThrows_EndsWithThatAndLeavesTheReactorAsItWas()
    {
        var failure = new InvalidDataException();

        Task<int> failed = Start((submission, _) =>
        {
            submission.PrepareSocket(SimulatedAddress.FamilyIPv4, (int)SocketType.Stream);
            submission.Flags = SubmissionFlags.Drain;
            throw failure;
        });
        Task<int> next = Start(static (submission, _) => submission.PrepareNop());
        _loop.Turn(mayWait: true);

        Assert.Same(failure, await Assert.ThrowsAsync<InvalidDataException>(() => failed));
        Assert.Equal(0, await next);
        Assert.Equal(0, _loop.ResourceCount);
        Assert.Equal(0, _kernel.Counters.Of(Opcode.Socket));
    }

    [Theory]
    [InlineData(SubmissionFlags.Drain)]
    [InlineData(SubmissionFlags.Link)]
    [InlineData(SubmissionFlags.HardLink)]
    [InlineData(SubmissionFlags.BufferSelect)]
    [InlineData(SubmissionFlags.SkipSuccess)]
    public async Task Start_FlagThatConcernsOthers_IsRefused(SubmissionFlags flag)
    {
        Task<int> refused = Start((submission, _) =>
        {
            submission.PrepareSocket(SimulatedAddress.FamilyIPv4, (int)SocketType.Stream);
            submission.Flags = flag;
        });
        _loop.Turn(mayWait: true);

        InvalidOperationException error =
            await Assert.ThrowsAsync<InvalidOperationException>(() => refused);
        Assert.Contains(flag.ToString(), error.Message, StringComparison.Ordinal);
        Assert.Equal(0, _kernel.Counters.Of(Opcode.Socket));
    }

    [Fact]
    public async Task BeginStop_OperationsInFlight_EndsThem()
    {
        Task delay = StartDelay(Long);
        Task<int> timeout = Start(
            (submission, _) => submission.PrepareTimeout(LongAddress));
        _loop.Turn(mayWait: false);

        _loop.BeginStop();
        Assert.False(_loop.HasEnded);
        SettleUntilEnded();

        await Assert.ThrowsAsync<OperationCanceledException>(() => delay);
        Assert.Equal(-(int)Errno.ECANCELED, await timeout);
    }

    [Fact]
    public async Task Start_ReactorIsStopping_IsRefusedAndDoesNotKeepIt()
    {
        Task before = StartDelay(Long);
        _loop.Turn(mayWait: false);
        _loop.BeginStop();

        Task late = StartDelay(Long);
        SettleUntilEnded();

        await Assert.ThrowsAsync<OperationCanceledException>(() => before);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => late);
    }

    // A run that refuses can meet a later post, of a cancellation: it is still in the queue then.
    [Fact]
    public async Task Run_ReactorIsStoppingAndItIsPostedAgain_LeavesThePostAlone()
    {
        _loop.BeginStop();
        ReactorOperation operation = _pool.Rent(_loop);
        ValueTask<int> late = operation.Start(
            static (submission, _) => submission.PrepareNop(), null, CancellationToken.None);

        operation.Run();

        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await late);
        Assert.False(operation.TryMarkPosted());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Start_ReactorHasEnded_IsRefused(bool isPostedBefore)
    {
        using var cancellation = new CancellationTokenSource();
        Task? late = isPostedBefore ? StartDelay(Long, cancellation.Token) : null;
        _loop.BeginStop();
        _loop.Dispose();
        _isDisposed = true;
        late ??= StartDelay(Long, cancellation.Token);

        await Assert.ThrowsAsync<ObjectDisposedException>(() => late);

        // It is nobody's any more, and the next one of its user is refused, too.
        await cancellation.CancelAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => StartDelay(Long));
    }

    [Fact]
    public async Task Start_TokenIsCancelledBefore_EndsAsCancelled()
    {
        Task<int> cancelled = Start(
            (submission, _) => submission.PrepareTimeout(LongAddress),
            new CancellationToken(canceled: true));

        _loop.Turn(mayWait: true);

        Assert.Equal(-(int)Errno.ECANCELED, await cancelled);
    }

    [Fact]
    public async Task Run_BeforeItsUserHasStartedIt_DoesNothing()
    {
        ReactorOperation operation = _pool.Rent(_loop);

        operation.Run();
        _loop.Turn(mayWait: false);

        Assert.Equal(0, _loop.ResourceCount);
        ValueTask<int> started = operation.Start(
            static (submission, _) => submission.PrepareNop(), null, CancellationToken.None);
        _loop.Turn(mayWait: true);
        Assert.Equal(0, await started);
    }

    private Task<int> Start(OperationPreparer prepare, CancellationToken cancellation = default) =>
        _pool.Rent(_loop).Start(prepare, null, cancellation).AsTask().WaitAsync(
            Deadline, CancellationToken.None);

    private Task StartDelay(TimeSpan delay, CancellationToken cancellation = default) =>
        _pool.Rent(_loop).StartDelay(delay, cancellation).AsTask().WaitAsync(
            Deadline, CancellationToken.None);

    private void SettleUntilEnded()
    {
        const int TurnsMax = 10;
        for (int turn = 0; turn < TurnsMax && !_loop.HasEnded; turn++)
            _loop.Turn(mayWait: true);
        Assert.True(_loop.HasEnded);
    }
}
