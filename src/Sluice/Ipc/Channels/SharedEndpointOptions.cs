using Sluice.Reactors;

namespace Sluice.Ipc.Channels;

/// <summary>How one side of a channel waits. Each side has its own.</summary>
public class SharedEndpointOptions
{
    /// <summary>
    /// How long a wait looks again and again before it sleeps. That is quickest if the peer runs on
    /// another processor, and takes this one's time. Zero sleeps at once. Defaults to zero.
    /// </summary>
    public TimeSpan SpinTime { get; set; }

    /// <summary>
    /// Whose ring waits for asynchronous calls. Dispose the endpoint before the runtime. Null, or
    /// a kernel before 6.7: one thread of the process waits for all of them. Defaults to null.
    /// </summary>
    public Reactor? Reactor { get; set; }

    /// <summary>
    /// Whether the process at the other end of the <see cref="DescriptorChannel"/> is watched, too,
    /// and not only the socket that the peer holds. False for a peer that got its end from a
    /// launcher that exits. Defaults to true.
    /// </summary>
    public bool WatchProcess { get; set; } = true;

    internal void ValidateEndpoint()
    {
        if (SpinTime < TimeSpan.Zero || SpinTime > TimeSpan.FromSeconds(10))
        {
            throw new ArgumentOutOfRangeException(
                nameof(SpinTime), SpinTime, "From zero to ten seconds.");
        }
    }
}
