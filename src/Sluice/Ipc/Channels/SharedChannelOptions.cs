namespace Sluice.Ipc.Channels;

/// <summary>How a channel is made.</summary>
public sealed class SharedChannelOptions : SharedEndpointOptions
{
    /// <summary>
    /// Bytes of one ring, a power of two from 4 KiB to 1 GiB. A message takes at most half of it,
    /// with its header of 8 bytes. Defaults to 1 MiB.
    /// </summary>
    public long Capacity { get; set; } = 1 << 20;

    /// <summary>
    /// How many writers there can be at a time, each with a ring of its own; 1 to 1,024. More than
    /// one only where the reader makes the channel. Defaults to 1.
    /// </summary>
    public int LaneCount { get; set; } = 1;

    /// <summary>
    /// Where messages begin, in bytes: a power of two from 8 to 128. At 64 a message of up to 56
    /// bytes never lies in two cache lines, which is quicker if each is waited for, and takes more
    /// memory. Defaults to 8.
    /// </summary>
    public int RecordAlignment { get; set; } = 8;

    /// <summary>
    /// Whether a reader waits on while it has no writer, for the next one to come. Otherwise it
    /// ends with its last writer. Defaults to false.
    /// </summary>
    public bool KeepOpen { get; set; }

    internal ChannelGeometry Validate(ChannelKind kind)
    {
        ValidateEndpoint();
        var geometry = new ChannelGeometry(kind, LaneCount, RecordAlignment, Capacity);
        if (geometry.FindFault() is { } fault)
            throw new ArgumentOutOfRangeException(null, $"A channel cannot have {fault}.");
        return geometry;
    }
}
