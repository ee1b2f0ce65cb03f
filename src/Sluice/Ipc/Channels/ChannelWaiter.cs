using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Versioning;
using Sluice.Diagnostics;
using Sluice.Reactors;
using Sluice.Uring;

namespace Sluice.Ipc.Channels;

/// <summary>
/// The waits of one endpoint: spin, then sleep on its word, by a thread, by a reactor's ring, or
/// until the monitor's thread sees a byte on the control socket. One wait at a time.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class ChannelWaiter
{
    private readonly IChannelCondition _condition;
    private readonly ChannelMemory _memory;
    private readonly WakeWord _word;
    private readonly bool _isShared;
    private readonly long _spinTicks;
    private readonly ChannelSignal _signal = new();
    private Reactor? _reactor;
    private uint _armed;
    private bool _hasArmed;
    private int _isWaiting;

    /// <param name="condition">What is waited for.</param>
    /// <param name="memory">Where the word lies; held during waits.</param>
    /// <param name="word">This endpoint's word.</param>
    /// <param name="options">How to wait.</param>
    /// <param name="isShared">Whether other processes sleep on the same word.</param>
    public ChannelWaiter(
        IChannelCondition condition,
        ChannelMemory memory,
        WakeWord word,
        SharedEndpointOptions options,
        bool isShared = false)
    {
        _condition = condition;
        _memory = memory;
        _word = word;
        _isShared = isShared;
        _reactor = options.Reactor;
        _spinTicks = (long)(options.SpinTime.TotalSeconds * Stopwatch.Frequency);
    }

    /// <summary>Waits on this thread.</summary>
    /// <returns>Whether it is ready; false: it has ended.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public bool Wait(CancellationToken cancellationToken)
    {
        Enter();
        CancellationTokenRegistration registration = default;
        try
        {
            if (_condition.IsReady || (_spinTicks != 0 && Spin(cancellationToken)))
                return true;

            ChannelMetrics.OnWait();
            registration = cancellationToken.UnsafeRegister(
                static state => ((ChannelWaiter)state!).Interrupt(), this);
            while (true)
            {
                uint armed = Arm(WakeWord.Futex);
                if (TryFinish(out bool isReady, cancellationToken))
                    return isReady;
                _word.Sleep(armed);
            }
        }
        finally
        {
            registration.Dispose();
            Leave();
        }
    }

    /// <summary><see cref="Wait"/> without a thread; nothing is allocated once warm.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> WaitAsync(CancellationToken cancellationToken)
    {
        Enter();
        CancellationTokenRegistration registration = default;
        try
        {
            if (_condition.IsReady || (_spinTicks != 0 && Spin(cancellationToken)))
                return true;
            ChannelMetrics.OnWait();
            if (_reactor is null)
            {
                registration = cancellationToken.UnsafeRegister(
                    static state => ((ChannelWaiter)state!)._signal.Set(), this);
            }

            while (true)
            {
                _armed = Arm(_reactor is null ? WakeWord.Event : WakeWord.Futex);
                if (TryFinish(out bool isReady, cancellationToken))
                    return isReady;
                if (_reactor is null)
                    await _signal.WaitAsync().ConfigureAwait(false);
                else
                    await SleepOnRingAsync(_reactor, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            registration.Dispose();
            Leave();
        }
    }

    /// <summary>There is a reason to look again, in this process. From any thread.</summary>
    public void Interrupt()
    {
        if (!_memory.TryHold())
            return;

        _word.Interrupt(_isShared);
        _memory.Release();
        _signal.Set();
    }

    /// <summary>The peer sent a byte. From any thread.</summary>
    public void Signal() => _signal.Set();

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SleepOnRingAsync(
        Reactor reactor, CancellationToken cancellationToken)
    {
        int result = await reactor.SubmitAsync(
            static (submission, state) =>
            {
                var waiter = (ChannelWaiter)state!;
                submission.PrepareFutexWait(waiter._word.Address, waiter._armed);
            },
            this,
            cancellationToken).ConfigureAwait(false);
        if (result is -(int)Errno.EINVAL or -(int)Errno.EOPNOTSUPP)
            _reactor = null;
    }

    private bool TryFinish(out bool isReady, CancellationToken cancellationToken)
    {
        isReady = _condition.IsReady;
        if (isReady)
            return true;

        if (_condition.HasEnded)
        {
            // What was published before the end is still to be had.
            isReady = _condition.IsReady;
            return true;
        }

        cancellationToken.ThrowIfCancellationRequested();
        return false;
    }

    private bool Spin(CancellationToken cancellationToken)
    {
        const int LooksPerTime = 32;

        long end = Stopwatch.GetTimestamp() + _spinTicks;
        do
        {
            for (int i = 0; i < LooksPerTime; i++)
            {
                if (_condition.IsReady)
                    return true;
            }

            // Between looks it would be a third of what a message takes from cache to cache.
            Thread.SpinWait(1);
        }
        while (Stopwatch.GetTimestamp() < end
            && !cancellationToken.IsCancellationRequested && !_condition.HasEnded);
        return false;
    }

    private uint Arm(uint kind)
    {
        _hasArmed = true;
        return _word.Arm(kind, _isShared);
    }

    private void Enter()
    {
        if (Interlocked.Exchange(ref _isWaiting, 1) != 0)
            throw new InvalidOperationException("Somebody waits already.");
        if (_memory.TryHold())
            return;

        Volatile.Write(ref _isWaiting, 0);
        throw new ObjectDisposedException(_condition.GetType().FullName);
    }

    private void Leave()
    {
        // The peer reads the word at each message: a wait that only spun leaves it in its cache.
        if (_hasArmed && !_isShared)
            _word.Disarm();
        _hasArmed = false;
        _memory.Release();
        Volatile.Write(ref _isWaiting, 0);
    }
}
