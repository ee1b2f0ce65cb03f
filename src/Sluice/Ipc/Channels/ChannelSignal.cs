using System.Threading.Tasks.Sources;

namespace Sluice.Ipc.Channels;

/// <summary>
/// An event that one asynchronous wait at a time takes; a signal without a wait is kept for the
/// next one. Signals come from any thread.
/// </summary>
internal sealed class ChannelSignal : IValueTaskSource
{
    private readonly Lock _gate = new();
    private ManualResetValueTaskSourceCore<bool> _source = new()
    {
        // The thread that signals watches over other channels, too.
        RunContinuationsAsynchronously = true,
    };

    private bool _isSet;
    private bool _isWaiting;

    /// <summary>Waits for a signal; it may be one of before.</summary>
    public ValueTask WaitAsync()
    {
        lock (_gate)
        {
            if (_isSet)
            {
                _isSet = false;
                return default;
            }

            _isWaiting = true;
            return new ValueTask(this, _source.Version);
        }
    }

    public void Set()
    {
        lock (_gate)
        {
            _isSet = !_isWaiting;
            if (!_isWaiting)
                return;
            _isWaiting = false;
        }

        _source.SetResult(true);
    }

    void IValueTaskSource.GetResult(short token)
    {
        bool isDone = _source.GetStatus(token) != ValueTaskSourceStatus.Pending;
        _ = _source.GetResult(token);
        if (isDone)
            _source.Reset();
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
