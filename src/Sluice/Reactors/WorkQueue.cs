namespace Sluice.Reactors;

/// <summary>
/// Work from any thread for one reactor: a linked stack that the reactor takes as a whole and
/// turns around.
/// </summary>
/// <remarks>
/// Taking everything at once leaves no room for the ABA problem: a node is linked only while it
/// is in the stack, and a push compares against the newest node only. The compare-exchange and the
/// exchange are full fences, which the parking protocol of <see cref="ReactorLoop"/> relies on.
/// </remarks>
internal sealed class WorkQueue
{
    private ReactorWork? _newest;

    public bool IsEmpty => Volatile.Read(ref _newest) is null;

    public void Push(ReactorWork work)
    {
        ReactorWork? newest = Volatile.Read(ref _newest);
        while (true)
        {
            work.NextWork = newest;
            ReactorWork? seen = Interlocked.CompareExchange(ref _newest, work, newest);
            if (ReferenceEquals(seen, newest))
                return;
            newest = seen;
        }
    }

    /// <summary>Takes all work, the oldest first.</summary>
    public ReactorWork? TakeAll()
    {
        if (IsEmpty)
            return null;

        ReactorWork? newest = Interlocked.Exchange(ref _newest, null);
        ReactorWork? oldest = null;
        while (newest is not null)
        {
            ReactorWork? next = newest.NextWork;
            newest.NextWork = oldest;
            oldest = newest;
            newest = next;
        }

        return oldest;
    }
}
