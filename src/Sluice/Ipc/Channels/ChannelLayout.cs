namespace Sluice.Ipc.Channels;

/// <summary>Where what lies in a channel's object. Offsets are bytes.</summary>
/// <remarks>
/// <code>
///    0     page: magic, version, kind, lanes, alignment, capacity    written once, by the maker
///          256: wake word of the reader | broadcast: intent, tail, latest
///    4096  512 bytes a lane:  0 head            the reader's
///                           128 wake word       of the writer
///                           256 has completed   the writer's
///                           260 has left        the reader's
///    ...   rings, one a lane, "capacity" bytes each, from the next page
/// </code>
/// What different sides write lies in different pairs of cache lines: processors fetch pairs.
/// </remarks>
internal static class ChannelLayout
{
    /// <summary>The bytes "SLUICECH".</summary>
    public const ulong Magic = 0x48434543_49554C53;

    public const uint Version = 1;
    public const int HeaderSize = 4096;

    public const int ReaderWake = 256;
    public const int Intent = 256;
    public const int Tail = 264;
    public const int Latest = 272;
    public const int HasCompleted = 280;

    public const int LaneSize = 512;
    public const int LaneHead = 0;
    public const int LaneWriterWake = 128;
    public const int LaneWriterCompleted = 256;
    public const int LaneReaderLeft = 260;

    public const long CapacityMin = 4096;
    public const long CapacityMax = 1 << 30;
    public const int LanesMax = 1024;
    public const int AlignmentMin = 8;
    public const int AlignmentMax = 128;
    public const int RecordHeaderSize = 8;

    /// <summary>With the number of the message behind the header.</summary>
    public const int BroadcastHeaderSize = 16;

    /// <summary>Offset of a lane's words.</summary>
    public static long Lane(int lane) => HeaderSize + ((long)lane * LaneSize);

    /// <summary>Offset of the first ring.</summary>
    public static long Rings(int laneCount) =>
        HeaderSize + ((((long)laneCount * LaneSize) + HeaderSize - 1) & -HeaderSize);
}
