namespace Sluice.Reactors;

/// <summary>A connection that waits for a receive buffer.</summary>
internal interface IBufferWaiter
{
    /// <summary>There are buffers: receive again. On the reactor's thread.</summary>
    void OnBuffersAvailable();
}
