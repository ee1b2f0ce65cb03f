using System.Runtime.Versioning;
using Sluice.Channels.Bench;

[assembly: SupportedOSPlatform("linux")]

// channels MODE COUNT SIZE PEER_CPU   measures, beside a second process that it starts
// channels peer SOCKET MODE COUNT SIZE   is that process
if (args is ["peer", var socket, var peerMode, var peerCount, var peerSize])
{
    Peers.Join(socket, channel => Contender.Create(peerMode).RunSecond(
        channel, long.Parse(peerCount), int.Parse(peerSize)));
    return 0;
}

if (args is not [var mode, var count, var size, var cpu])
{
    Console.Error.WriteLine("usage: channels MODE COUNT SIZE PEER_CPU");
    return 2;
}

Contender contender = Contender.Create(mode);
double figure = Peers.Start(cpu, [mode, count, size], channel => contender.RunFirst(
    channel, long.Parse(count), int.Parse(size)));
Console.WriteLine(figure.ToString(figure < 1000 ? "0.000" : "0.0"));
return 0;
