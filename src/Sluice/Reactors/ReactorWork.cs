namespace Sluice.Reactors;

/// <summary>
/// Something to be run on a reactor's thread, linked into its queue without allocation. Posting
/// what is already posted does nothing: the run that is on its way sees the newer state, too.
/// </summary>
internal abstract class ReactorWork
{
    private int _isPosted;

    /// <summary>The next work in the queue; the queue's.</summary>
    internal ReactorWork? NextWork { get; set; }

    /// <summary>Runs on the reactor's thread.</summary>
    internal abstract void Run();

    /// <summary>
    /// Runs instead on the thread of the poster, or of the reactor, once the reactor has ended. It
    /// is no longer posted then.
    /// </summary>
    internal virtual void Refuse()
    {
    }

    // Full fences: what the poster wrote before is seen by the run that finds the mark cleared.
    internal bool TryMarkPosted() => Interlocked.Exchange(ref _isPosted, 1) == 0;

    internal void ClearPosted() => Interlocked.Exchange(ref _isPosted, 0);
}
