using Sluice.Ipc.Channels;
using Sluice.Memory;

namespace Sluice.Ipc.HandOver;

/// <summary>How blocks of a sender are received.</summary>
public sealed class SharedVectorReceiverOptions : SharedEndpointOptions
{
    /// <summary>
    /// Whether slabs are mapped for writing as well. A sender can forbid that, by a seal; its
    /// slabs are refused then. Defaults to false.
    /// </summary>
    public bool CanWrite { get; set; }

    /// <summary>
    /// Seals that a slab must have. Without <see cref="SharedMemorySeals.Shrink"/> a sender can
    /// end this process, so leave it out only if the sender is trusted; slabs of huge pages are
    /// taken then, too. Defaults to <see cref="SharedMemorySeals.Shrink"/>.
    /// </summary>
    public SharedMemorySeals Seals { get; set; } = SharedMemorySeals.Shrink;

    /// <summary>
    /// The most bytes of slabs that are mapped at a time; a sender that wants more breaks the
    /// rules. Defaults to 4 GiB.
    /// </summary>
    public long MappedBytesMax { get; set; } = 4L << 30;

    internal void Validate()
    {
        ValidateEndpoint();
        ArgumentOutOfRangeException.ThrowIfLessThan(MappedBytesMax, 1);
    }
}
