using System.Runtime.Versioning;
using Sluice.Ipc.Channels;

namespace Sluice.Tests.Ipc.Channels;

/// <summary>Writes into the memory of channels what no sound peer would.</summary>
[SupportedOSPlatform("linux")]
internal static unsafe class Corrupter
{
    public static void WriteHeader(SharedChannelReader reader, int lane, ulong header) =>
        *(ulong*)reader.Shared.Ring(lane) = header;

    public static void WriteHead(SharedChannelWriter writer, long head) =>
        *(long*)writer.Shared.At(ChannelLayout.Lane(0) + ChannelLayout.LaneHead) = head;
}
