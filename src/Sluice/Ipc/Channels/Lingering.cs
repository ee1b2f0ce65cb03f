namespace Sluice.Ipc.Channels;

/// <summary>
/// Whether a reader that finds nothing looks again a moment later, before it says so.
/// </summary>
/// <remarks>
/// A reader as quick as its writer would take every line of the cache while the writer still
/// fills it, and both would wait for the line and not for each other. A third of a microsecond
/// lets the writer get dozens of messages ahead. It must not cost the latency of a conversation:
/// so only after a burst of two messages or more, and after moments that brought nothing less and
/// less often. Mutable; one thread.
/// </remarks>
internal struct Lingering
{
    // Iterations are calibrated by the runtime: about 35 ns each.
    private const int Iterations = 8;
    private const int SkipsMax = 63;

    private int _skips;
    private int _skipsLeft;

    /// <summary>A moment, if this is the time for one.</summary>
    /// <param name="burst">How many messages were read since the last time.</param>
    /// <returns>Whether to look again; if so, <see cref="Tell"/>.</returns>
    public bool Pause(int burst)
    {
        if (burst < 2)
            return false;
        if (_skipsLeft > 0)
        {
            _skipsLeft--;
            return false;
        }

        Thread.SpinWait(Iterations);
        return true;
    }

    /// <summary>What came of it.</summary>
    public void Tell(bool hasFound)
    {
        _skips = hasFound ? 0 : Math.Min((2 * _skips) + 1, SkipsMax);
        _skipsLeft = _skips;
    }
}
