namespace Sluice.Memory.Stress.Buffers;

/// <summary>What was done, over all threads.</summary>
internal sealed class BufferBooks
{
    private long _operationCount;
    private long _failureCount;
    private int _wrappedCount;
    private int _releasedCount;
    private int _lostCount;
    private int _reportedCount;

    public long OperationCount => Volatile.Read(ref _operationCount);

    /// <summary>Allocations that failed, as was wanted.</summary>
    public long FailureCount => Volatile.Read(ref _failureCount);

    /// <summary>Wrapped memory that was not released.</summary>
    public int WrappedCount => Volatile.Read(ref _wrappedCount) - Volatile.Read(ref _releasedCount);

    /// <summary>Buffers that were lost on purpose.</summary>
    public int LostCount => Volatile.Read(ref _lostCount);

    /// <summary>Leaks that were reported.</summary>
    public int ReportedCount => Volatile.Read(ref _reportedCount);

    public void OnOperations(int count) => Interlocked.Add(ref _operationCount, count);

    public void OnFailure() => Interlocked.Increment(ref _failureCount);

    public void OnWrapped() => Interlocked.Increment(ref _wrappedCount);

    public void OnReleased() => Interlocked.Increment(ref _releasedCount);

    public void OnLost() => Interlocked.Increment(ref _lostCount);

    public void OnReported(object? sender, BufferLeakEventArgs leak) =>
        Interlocked.Increment(ref _reportedCount);
}
