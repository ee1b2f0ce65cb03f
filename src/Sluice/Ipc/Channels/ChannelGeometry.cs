using System.Numerics;

namespace Sluice.Ipc.Channels;

/// <summary>The sizes of a channel, checked.</summary>
/// <param name="Kind">What the object holds.</param>
/// <param name="LaneCount">Rings.</param>
/// <param name="Alignment">Of records; a power of two.</param>
/// <param name="Capacity">Bytes of one ring; a power of two.</param>
internal readonly record struct ChannelGeometry(
    ChannelKind Kind, int LaneCount, int Alignment, long Capacity)
{
    /// <summary>Bytes of the object.</summary>
    public long Size => ChannelLayout.Rings(LaneCount) + (Capacity * LaneCount);

    /// <summary>
    /// The longest message: with its header half a ring. An empty ring then has room for it
    /// wherever the cursors are, also if it must begin at the ring's start.
    /// </summary>
    public int MessageLengthMax => (int)(Capacity / 2) - ChannelLayout.RecordHeaderSize;

    /// <summary>The longest message of a broadcast: some fit before a reader loses any.</summary>
    public int BroadcastLengthMax => (int)(Capacity / 8) - ChannelLayout.BroadcastHeaderSize;

    /// <summary>The first rule that is broken; null if none is.</summary>
    public string? FindFault()
    {
        if (LaneCount is < 1 or > ChannelLayout.LanesMax
            || (Kind != ChannelKind.Lanes && LaneCount != 1))
        {
            return $"{LaneCount} lanes";
        }

        if (!BitOperations.IsPow2(Alignment)
            || Alignment is < ChannelLayout.AlignmentMin or > ChannelLayout.AlignmentMax)
        {
            return $"records aligned to {Alignment}";
        }

        bool isCapacity = BitOperations.IsPow2(Capacity)
            && Capacity is >= ChannelLayout.CapacityMin and <= ChannelLayout.CapacityMax;
        return isCapacity ? null : $"a capacity of {Capacity}";
    }
}
