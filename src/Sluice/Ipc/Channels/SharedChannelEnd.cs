namespace Sluice.Ipc.Channels;

/// <summary>How a peer of a channel ended.</summary>
public enum SharedChannelEnd
{
    /// <summary>It has not.</summary>
    None,

    /// <summary>It said that it has finished.</summary>
    Completed,

    /// <summary>It went without a word: its process died, or closed what it had.</summary>
    Died,

    /// <summary>This side let go of it.</summary>
    Disconnected,

    /// <summary>It broke the rules of the channel, and this side let go of it.</summary>
    Faulted,
}
