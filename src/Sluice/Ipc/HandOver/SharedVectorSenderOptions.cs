using Sluice.Ipc.Channels;

namespace Sluice.Ipc.HandOver;

/// <summary>How blocks are handed to a receiver.</summary>
public sealed class SharedVectorSenderOptions : SharedEndpointOptions
{
    /// <summary>
    /// The most blocks that the receiver has at a time, from 1 to 65,536. When they are out, the
    /// next one waits for one of them to come back. Defaults to 1,024.
    /// </summary>
    public int InFlightMax { get; set; } = 1_024;

    internal void Validate()
    {
        ValidateEndpoint();
        ArgumentOutOfRangeException.ThrowIfLessThan(InFlightMax, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(InFlightMax, HandOverLimits.InFlightMax);
    }
}
