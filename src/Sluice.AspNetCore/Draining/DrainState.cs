namespace Sluice.AspNetCore.Draining;

/// <summary>Whether this node takes requests. Safe for use by several threads.</summary>
internal sealed class DrainState
{
    private int _requestsInFlight;
    private volatile bool _hasStarted;
    private int _isDraining;

    public bool IsReady => _hasStarted && !IsDraining;

    public bool IsDraining => Volatile.Read(ref _isDraining) != 0;

    public int RequestsInFlight => Volatile.Read(ref _requestsInFlight);

    public void Start() => _hasStarted = true;

    /// <summary>The node is to stop.</summary>
    /// <returns>True for the first call.</returns>
    public bool Drain() => Interlocked.Exchange(ref _isDraining, 1) == 0;

    public void Enter() => Interlocked.Increment(ref _requestsInFlight);

    public void Leave() => Interlocked.Decrement(ref _requestsInFlight);
}
