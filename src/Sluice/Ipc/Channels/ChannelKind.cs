namespace Sluice.Ipc.Channels;

/// <summary>What a channel's object holds.</summary>
internal enum ChannelKind : uint
{
    /// <summary>A ring for each writer, and one reader that takes from all.</summary>
    Lanes = 1,

    /// <summary>One ring that many read and that does not wait for them.</summary>
    Broadcast = 2,

    /// <summary>The wake word of a broadcast's readers, who cannot write to its ring.</summary>
    BroadcastWake = 3,
}
