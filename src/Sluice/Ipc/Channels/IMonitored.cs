namespace Sluice.Ipc.Channels;

/// <summary>What the <see cref="ChannelMonitor"/> watches something for.</summary>
internal interface IMonitored
{
    /// <summary>
    /// A descriptor is readable, or was. On the monitor's thread; must not block.
    /// </summary>
    /// <param name="id">Which, as <see cref="ChannelMonitor.Add"/> gave it.</param>
    void OnReadable(long id);
}
