using System.Threading.Tasks.Sources;
using Sluice.Reactors;
using Sluice.Sockets.RingSockets;
using Sluice.Testing.Connections;

namespace Sluice.Tests.Sockets.RingSockets;

/// <summary>
/// What may happen between the beginning of a wait and the registration of its token, one order
/// after the other on one thread.
/// </summary>
public sealed class PendingResultTests
{
    [Fact]
    public async Task Watch_TokenIsCancelledAlready_CallsBackOutsideOfTheGate()
    {
        var pipe = new Pipe();
        pipe.Begin(new CancellationToken(canceled: true));

        // A callback inside the gate would wait for itself.
        await Task.Run(() => { _ = pipe.Watch(new CancellationToken(canceled: true)); }).Within();

        Assert.True(pipe.IsSignalled);
    }

    [Fact]
    public void Watch_WaitIsStillOn_CallsBackWhenTheTokenIsCancelled()
    {
        using var source = new CancellationTokenSource();
        var pipe = new Pipe();
        pipe.Begin(source.Token);
        _ = pipe.Watch(source.Token);

        source.Cancel();

        Assert.True(pipe.IsSignalled);
    }

    [Fact]
    public void Watch_WaitEndedMeanwhile_LeavesNothingRegistered()
    {
        using var source = new CancellationTokenSource();
        var pipe = new Pipe();
        pipe.Begin(source.Token);
        pipe.Signal();
        pipe.Continue(1);
        _ = pipe.Watch(source.Token);

        source.Cancel();

        Assert.Equal(0, pipe.Callbacks);
    }

    [Fact]
    public async Task Watch_WaitEndedMeanwhile_ReturnsItsResult()
    {
        using var source = new CancellationTokenSource();
        var pipe = new Pipe();
        pipe.Begin(source.Token);
        pipe.Signal();
        pipe.Continue(1);

        Assert.Equal(1, await pipe.Watch(source.Token).Within());
    }

    [Fact]
    public void Watch_WaitIsSignalledMeanwhile_IsUndoneByItsEnd()
    {
        using var source = new CancellationTokenSource();
        var pipe = new Pipe();
        pipe.Begin(source.Token);
        pipe.Signal();
        _ = pipe.Watch(source.Token);
        pipe.Continue(1);

        source.Cancel();

        Assert.Equal(0, pipe.Callbacks);
    }

    [Fact]
    public async Task Watch_CallbackEndsTheWaitAtOnce_ReturnsItsResult()
    {
        var cancelled = new CancellationToken(canceled: true);
        var pipe = new Pipe { ContinuesAtOnce = true };
        pipe.Begin(cancelled);

        Assert.Equal(2, await Task.Run(() => pipe.Watch(cancelled)).Within());
    }

    [Fact]
    public void TrySignal_NobodyWaits_ReturnsFalse()
    {
        var pipe = new Pipe();

        Assert.False(pipe.TrySignal());
    }

    [Fact]
    public void TrySignal_SignalledAlready_ReturnsFalse()
    {
        var pipe = new Pipe();
        pipe.Begin(default);
        pipe.Signal();

        Assert.False(pipe.TrySignal());
    }

    [Fact]
    public void TryContinue_NobodyHasSignalled_ReturnsFalse()
    {
        var pipe = new Pipe();
        Assert.False(pipe.TryContinue());

        pipe.Begin(default);
        Assert.False(pipe.TryContinue());
        pipe.Signal();

        Assert.True(pipe.TryContinue());
        Assert.False(pipe.TryContinue());
    }

    private sealed class Pipe : IValueTaskSource<int>
    {
        private SpinGate _gate;
        private PendingResult<int> _wait;

        public int Callbacks { get; private set; }

        public bool ContinuesAtOnce { get; init; }

        public bool IsSignalled => _wait is { IsPending: true, IsWaiting: false };

        public void Begin(CancellationToken cancellationToken)
        {
            using (_gate.Enter())
                _wait.Begin(cancellationToken);
        }

        public Task<int> Watch(CancellationToken cancellationToken) => _wait
            .Watch(this, ref _gate, static pipe => ((Pipe)pipe!).OnCancelled(), cancellationToken)
            .AsTask();

        public bool TrySignal()
        {
            using (_gate.Enter())
                return _wait.TrySignal();
        }

        public bool TryContinue()
        {
            using (_gate.Enter())
                return _wait.TryContinue(out _);
        }

        public void Signal() => Assert.True(TrySignal());

        public void Continue(int result)
        {
            CancellationTokenRegistration registration;
            using (_gate.Enter())
            {
                Assert.True(_wait.TryContinue(out registration));
                _wait.ForgetToken();
            }

            registration.Unregister();
            _wait.Set(result, null);
        }

        int IValueTaskSource<int>.GetResult(short token) => _wait.GetResult(token);

        ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) =>
            _wait.GetStatus(token);

        void IValueTaskSource<int>.OnCompleted(
            Action<object?> continuation,
            object? state,
            short token,
            ValueTaskSourceOnCompletedFlags flags) =>
            _wait.OnCompleted(continuation, state, token, flags);

        private void OnCancelled()
        {
            Callbacks++;
            _ = TrySignal();
            if (ContinuesAtOnce)
                Continue(2);
        }
    }
}
