using System.Numerics;

namespace Sluice.Ipc.HandOver;

/// <summary>What both sides know of each other's tables.</summary>
internal static class HandOverLimits
{
    /// <summary>The most blocks that can be out at a time.</summary>
    public const int InFlightMax = 65_536;

    /// <summary>The most slabs that a receiver maps at a time.</summary>
    public const int SlabsMax = 4_096;

    private const int CapacityMin = 4_096;
    private const int MessageRecordSize = 8 + HandOverMessage.Size;
    private const int ReturnRecordSize = 8 + sizeof(uint) + 4;

    /// <summary>Bytes of the ring to the receiver: twice all messages that can be in it.</summary>
    public static int ForwardCapacity(int inFlightMax) => CapacityOf(inFlightMax * 2 + 2)
        * (MessageRecordSize / ReturnRecordSize);

    /// <summary>Bytes of the ring back: all tickets fit, so a release never waits.</summary>
    public static int ReturnCapacity(int inFlightMax) => CapacityOf(inFlightMax + 2);

    private static int CapacityOf(int returnCount) => Math.Max(
        CapacityMin, (int)BitOperations.RoundUpToPowerOf2((uint)(returnCount * ReturnRecordSize)));
}
