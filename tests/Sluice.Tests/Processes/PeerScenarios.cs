using System.Runtime.Versioning;
using Sluice.Ipc;
using Sluice.Tests.Ipc.Channels;
using Sluice.Tests.Ipc.HandOver;
using Sluice.Tests.Ipc.Passing;

namespace Sluice.Tests.Processes;

/// <summary>What a <see cref="PeerProcess"/> does, by name.</summary>
[SupportedOSPlatform("linux")]
internal static class PeerScenarios
{
    public static Task RunAsync(string scenario, DescriptorChannel channel, string[] arguments) =>
        scenario switch
        {
            PassingPeer.Scenario => PassingPeer.RunAsync(channel, arguments),
            HandOverPeer.Check or HandOverPeer.Hold or HandOverPeer.Send =>
                HandOverPeer.RunAsync(scenario, channel),
            KillPeer.Scenario => KillPeer.RunAsync(channel, arguments),
            _ => throw new ArgumentException(scenario),
        };
}
