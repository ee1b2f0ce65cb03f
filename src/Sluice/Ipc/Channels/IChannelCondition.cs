namespace Sluice.Ipc.Channels;

/// <summary>What a <see cref="ChannelWaiter"/> waits for.</summary>
internal interface IChannelCondition
{
    /// <summary>Whether there is a message, or room for one.</summary>
    bool IsReady { get; }

    /// <summary>Whether it never will be, unless it is already.</summary>
    bool HasEnded { get; }
}
