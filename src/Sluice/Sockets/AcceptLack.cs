namespace Sluice.Sockets;

/// <summary>
/// Tells an obstacle to accepting that is new (no descriptor, no memory, no permission), and worth
/// a line in the log, from one that goes on: with few descriptors, accepts succeed and fail in
/// turn. One thread at a time.
/// </summary>
internal sealed class AcceptLack(TimeProvider time)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    private long? _lastSeen;

    /// <summary>An accept failed; whether none did in the last minute.</summary>
    public bool IsNew()
    {
        long now = time.GetTimestamp();
        bool isNew = _lastSeen is not { } last || time.GetElapsedTime(last, now) >= Quiet;
        _lastSeen = now;
        return isNew;
    }
}
