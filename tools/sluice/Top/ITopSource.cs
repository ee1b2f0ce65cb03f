using Sluice.Diagnostics;

namespace Sluice.Tool.Top;

/// <summary>Where the figures of a running server come from.</summary>
internal interface ITopSource
{
    /// <summary>Snapshots at an interval, until the token is cancelled; that ends it quietly.
    /// </summary>
    /// <exception cref="UserErrorException">The server cannot be watched.</exception>
    IAsyncEnumerable<SluiceSnapshot> WatchAsync(
        TimeSpan interval, CancellationToken cancellationToken);
}
