namespace Sluice.Sockets;

/// <summary>
/// What is open in a runtime, until it is closed: from then on nothing is added, and
/// <see cref="Emptied"/> completes with the last removal. Safe for use by several threads.
/// </summary>
internal sealed class OpenSet<T>
    where T : class
{
    private readonly Lock _gate = new();
    private readonly HashSet<T> _items = [];
    private readonly TaskCompletionSource _emptied =
        new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isClosed;

    /// <summary>Completes once the set is closed and empty.</summary>
    public Task Emptied => _emptied.Task;

    /// <summary>Adds an item.</summary>
    /// <returns>False if the set is closed; the item stays the caller's.</returns>
    public bool TryAdd(T item)
    {
        lock (_gate)
            return !_isClosed && _items.Add(item);
    }

    public void Remove(T item)
    {
        lock (_gate)
        {
            _ = _items.Remove(item);
            CompleteIfEmptied();
        }
    }

    /// <summary>What is in the set now.</summary>
    public T[] Items()
    {
        lock (_gate)
            return [.. _items];
    }

    /// <summary>Closes the set; again does no harm.</summary>
    /// <returns>What is in it now.</returns>
    public T[] Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            CompleteIfEmptied();
            return [.. _items];
        }
    }

    private void CompleteIfEmptied()
    {
        if (_isClosed && _items.Count == 0)
            _ = _emptied.TrySetResult();
    }
}
