using Sluice.Fuzz.Engine;
using Sluice.Fuzz.Targets.Ipc;
using Sluice.Fuzz.Targets.Numbers;
using Sluice.Fuzz.Targets.Proxy;
using Sluice.Fuzz.Targets.Texts;

namespace Sluice.Fuzz.Targets;

/// <summary>Everything that reads bytes of others.</summary>
internal static class AllTargets
{
    public static FuzzTarget[] Create() =>
    [
        new ProxyLineTarget(),
        new ProxyBinaryTarget(),
        new ControlDataTarget(),
        new ChannelHeaderTarget(),
        new LaneTarget(),
        new BroadcastTarget(),
        new InvitationTarget(),
        new GreetingTarget(),
        new HandOverTarget(),
        new Leb128Target(),
        new MqttTarget(),
        new LengthPrefixTarget(),
        new TextTarget(),
        new LineTarget(),
        new WebSocketMaskTarget(),
        new RequestCountTarget(),
    ];
}
