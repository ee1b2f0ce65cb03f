using System.Runtime.Versioning;

namespace Sluice.Ipc.Channels;

/// <summary>A peer of a channel's endpoint. Safe for use by several threads.</summary>
[SupportedOSPlatform("linux")]
public sealed class SharedChannelPeer
{
    private readonly ChannelLink _link;

    internal SharedChannelPeer(ChannelLink link) => _link = link;

    /// <summary>The lane that it writes to, or reads from.</summary>
    public int Lane => _link.Lane;

    /// <summary>How it ended; <see cref="SharedChannelEnd.None"/> if it has not.</summary>
    public SharedChannelEnd End => _link.End;

    /// <summary>Completes when the peer has ended, with the reason.</summary>
    public Task<SharedChannelEnd> Ended => _link.Ended;

    /// <summary>
    /// Lets go of the peer, which sees that as the end of this side. What it has written before
    /// can still be read.
    /// </summary>
    /// <remarks>
    /// Its map stays, so a peer that breaks the rules can go on writing to the channel's memory.
    /// </remarks>
    public void Disconnect() => _link.Finish(SharedChannelEnd.Disconnected);
}
