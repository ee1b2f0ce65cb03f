namespace Sluice.Memory;

/// <summary>Those who wait until a block comes back. All are woken at once and try again.</summary>
internal sealed class HeapWaiters
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _next;
    private bool _isClosed;

    public bool IsEmpty
    {
        get
        {
            lock (_gate)
                return _next is null;
        }
    }

    public Task WaitAsync(CancellationToken cancellation)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, typeof(IoHeap));
            _next ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _next.Task.WaitAsync(cancellation);
        }
    }

    public void Wake() => Take()?.SetResult();

    public void Close()
    {
        lock (_gate)
            _isClosed = true;
        Take()?.SetException(new ObjectDisposedException(nameof(IoHeap)));
    }

    private TaskCompletionSource? Take()
    {
        lock (_gate)
        {
            TaskCompletionSource? next = _next;
            _next = null;
            return next;
        }
    }
}
