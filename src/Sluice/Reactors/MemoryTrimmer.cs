namespace Sluice.Reactors;

/// <summary>
/// Gives back what a burst needed, some of it each time, for as long as a reactor has more than it
/// always keeps.
/// </summary>
internal sealed class MemoryTrimmer(ReactorLoop loop, BufferRecall recall) : ReactorTimer
{
    /// <summary>Whether there may be something to give back, now or later.</summary>
    public bool IsNeeded => loop.Receive.IsTrimmable
        || (loop.Receive.Superfluous > 0 && recall.IsPossible)
        || loop.SendBlocks.IsTrimmable;

    internal override void OnDue()
    {
        loop.Receive.Trim();
        recall.Recall(loop.Receive.Superfluous);
        loop.SendBlocks.Trim();
    }
}
