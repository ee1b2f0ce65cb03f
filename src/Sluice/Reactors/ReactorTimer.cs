namespace Sluice.Reactors;

/// <summary>Something that a reactor's thread does at a time.</summary>
internal abstract class ReactorTimer
{
    /// <summary>Whether it is in a queue; the queue's.</summary>
    internal bool IsQueued { get; set; }

    internal abstract void OnDue();
}
