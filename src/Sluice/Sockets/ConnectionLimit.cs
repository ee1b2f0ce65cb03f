namespace Sluice.Sockets;

/// <summary>
/// The places of <see cref="SluiceOptions.ConnectionsMax"/>. Safe for use by several threads.
/// </summary>
#pragma warning disable CA1001 // Without its wait handle a SemaphoreSlim holds nothing.
internal sealed class ConnectionLimit
#pragma warning restore CA1001
{
    private readonly SemaphoreSlim? _places;

    /// <param name="max">How many places; 0 means no limit.</param>
    /// <param name="mode">What happens when all are taken.</param>
    public ConnectionLimit(int max, ConnectionLimitMode mode)
    {
        Max = max;
        if (max != 0)
            _places = new SemaphoreSlim(max, max);
        Refuses = mode == ConnectionLimitMode.Refuse;
    }

    public int Max { get; }

    private bool Refuses { get; }

    /// <summary>Takes a place, or waits for one if that is the mode.</summary>
    /// <returns>False if all are taken and the mode is to refuse.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async ValueTask<bool> TakeAsync(CancellationToken cancellationToken)
    {
        if (_places is null)
            return true;
        if (Refuses)
            return _places.Wait(0, CancellationToken.None);
        await _places.WaitAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Gives a place back.</summary>
    public void Release() => _places?.Release();
}
