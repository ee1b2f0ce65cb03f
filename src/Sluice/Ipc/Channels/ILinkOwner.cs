namespace Sluice.Ipc.Channels;

/// <summary>The endpoint that a <see cref="ChannelLink"/> belongs to.</summary>
/// <remarks>Called on the monitor's thread, or by whoever ends the link.</remarks>
internal interface ILinkOwner
{
    /// <summary>The peer has something for this side to look at.</summary>
    void OnWake();

    /// <summary>Whether the shared words say that the peer has finished.</summary>
    bool HasPeerFinished(ChannelLink link);

    /// <summary>The link has ended, once.</summary>
    void OnEnded(ChannelLink link);
}
