using Sluice.Uring;

namespace Sluice.Reactors;

/// <summary>
/// Something with operations in a reactor's ring: it has a slot, which completions name together
/// with the slot's generation, and it is asked for its submissions once per turn. Everything here
/// belongs to the reactor's thread.
/// </summary>
internal abstract class ReactorResource : ReactorWork
{
    protected ReactorResource(ReactorLoop loop) => Loop = loop;

    public ReactorLoop Loop { get; }

    /// <summary>
    /// Operations whose terminal completion is outstanding. The slot is kept, and memory that
    /// they refer to stays, until it is zero.
    /// </summary>
    public int InFlight { get; internal set; }

    internal uint Slot { get; set; }

    internal uint Generation { get; set; }

    /// <summary>Whether the loop will ask for submissions at the end of this turn.</summary>
    internal bool IsQueued { get; set; }

    /// <summary>Prepares what the resource wants submitted now.</summary>
    /// <returns>False if the submission queue filled up: ask again.</returns>
    internal abstract bool TryPrepare();

    /// <summary>
    /// Takes a completion. <see cref="InFlight"/> has been counted down if it was terminal.
    /// </summary>
    internal abstract void OnCompletion(OperationKind kind, in Completion completion);

    /// <summary>The loop is to end: ends what nobody else does. It changes no slots.</summary>
    internal virtual void OnStopping()
    {
    }

    /// <summary>Takes an entry of the queue for an operation of this resource.</summary>
    protected bool TryBegin(out Submission submission)
    {
        if (!Loop.TryGetSubmission(out submission))
            return false;

        InFlight++;
        Loop.Counters.OperationsInFlight++;
        return true;
    }

    protected OperationToken Token(OperationKind kind) => new((byte)kind, Slot, Generation);
}
