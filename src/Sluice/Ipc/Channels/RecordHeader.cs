using System.Runtime.CompilerServices;

namespace Sluice.Ipc.Channels;

/// <summary>The word before each message. Zero: nothing is committed here yet.</summary>
/// <remarks>
/// <code>
///   63            40 39    32 31            0
///   | position / 8  |  kind  |    length    |
/// </code>
/// The part of the position tells a record of this lap from whatever else may lie here.
/// </remarks>
internal static class RecordHeader
{
    private const uint Data = 1;
    private const uint Padding = 2;

    /// <summary>A message.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong ForData(long position, int length) =>
        ((ulong)DataMark(position) << 32) | (uint)length;

    /// <summary>Room that is left over at the end of the ring.</summary>
    /// <param name="position">Where it begins.</param>
    /// <param name="length">Bytes without the header.</param>
    public static ulong ForPadding(long position, long length) =>
        ((ulong)(Stamp(position) | Padding) << 32) | (uint)length;

    /// <summary>What the upper half of a message's header must be.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint DataMark(long position) => Stamp(position) | Data;

    public static uint PaddingMark(long position) => Stamp(position) | Padding;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Stamp(long position) => (uint)(position >> 3) << 8;
}
