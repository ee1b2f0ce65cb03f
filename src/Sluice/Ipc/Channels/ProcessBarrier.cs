using System.Runtime.Versioning;

namespace Sluice.Ipc.Channels;

/// <summary>
/// A memory barrier in every process that has a channel: <c>MEMBARRIER_CMD_GLOBAL_EXPEDITED</c>.
/// </summary>
/// <remarks>
/// A process is registered once, before its first channel; processes that are not are not reached.
/// </remarks>
[SupportedOSPlatform("linux")]
internal static class ProcessBarrier
{
    private const int GlobalExpedited = 2;
    private const int RegisterGlobalExpedited = 4;

    /// <summary>Whether this process is reached and can reach others.</summary>
    public static bool IsAvailable { get; } = ChannelLibc.Membarrier(RegisterGlobalExpedited) == 0;

    public static void Run()
    {
        if (IsAvailable)
            _ = ChannelLibc.Membarrier(GlobalExpedited);
    }
}
