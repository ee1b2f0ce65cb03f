using Microsoft.Extensions.Logging;
using Sluice.Diagnostics;

namespace Sluice.Reactors;

/// <summary>
/// Work from any thread for one reactor: a linked stack that the reactor takes as a whole and
/// turns around.
/// </summary>
/// <remarks>
/// Taking everything at once leaves no room for the ABA problem: a node is linked only while it
/// is in the stack, and a push compares against the newest node only. The compare-exchange and the
/// exchange are full fences, which the parking protocol of <see cref="ReactorLoop"/> relies on.
/// Closing is such a taking, too, that leaves a mark: whatever is pushed is either taken by it
/// or refused.
/// </remarks>
internal sealed class WorkQueue
{
    private static readonly ReactorWork Closed = new CallbackWork(static _ => { }, null);

    private ReactorWork? _newest;

    public bool IsEmpty => Volatile.Read(ref _newest) is null;

    /// <summary>Adds work; it must not be in a queue.</summary>
    /// <returns>False if the queue is closed.</returns>
    public bool TryPush(ReactorWork work)
    {
        ReactorWork? newest = Volatile.Read(ref _newest);
        while (!ReferenceEquals(newest, Closed))
        {
            work.NextWork = newest;
            ReactorWork? seen = Interlocked.CompareExchange(ref _newest, work, newest);
            if (ReferenceEquals(seen, newest))
                return true;
            newest = seen;
        }

        return false;
    }

    /// <summary>Takes all work, the oldest first. Not after the closing.</summary>
    public ReactorWork? TakeAll() =>
        IsEmpty ? null : Reversed(Interlocked.Exchange(ref _newest, null));

    /// <summary>Runs all work, the oldest first. Not after the closing.</summary>
    /// <param name="logger">Gets the failures.</param>
    public void RunAll(ILogger logger)
    {
        for (ReactorWork? work = TakeAll(); work is not null;)
        {
            ReactorWork? next = Unlink(work);
            Run(work, logger);
            work = next;
        }
    }

    /// <summary>Refuses all work, and what is pushed from now on.</summary>
    public void Close()
    {
        ReactorWork? work = Reversed(Interlocked.Exchange(ref _newest, Closed));
        while (work is not null)
        {
            ReactorWork? next = Unlink(work);
            work.Refuse();
            work = next;
        }
    }

    // After that the work may be posted again: its run sees that, its refusal is followed by one.
    private static ReactorWork? Unlink(ReactorWork work)
    {
        ReactorWork? next = work.NextWork;
        work.NextWork = null;
        work.ClearPosted();
        return next;
    }

    private static void Run(ReactorWork work, ILogger logger)
    {
        try
        {
            work.Run();
        }
#pragma warning disable CA1031 // A callback of the user's must not end the reactor.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Log.CallbackFailed(logger, failure);
        }
    }

    private static ReactorWork? Reversed(ReactorWork? newest)
    {
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
