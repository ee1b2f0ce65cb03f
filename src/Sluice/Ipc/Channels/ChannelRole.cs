namespace Sluice.Ipc.Channels;

/// <summary>What the receiver of an invitation becomes.</summary>
internal enum ChannelRole : uint
{
    Writer = 1,
    Reader = 2,
}
