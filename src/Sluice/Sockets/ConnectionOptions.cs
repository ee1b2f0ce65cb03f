namespace Sluice.Sockets;

/// <summary>The socket options of accepted and of outbound connections alike.</summary>
public abstract class ConnectionOptions
{
    /// <summary>
    /// Whether small segments leave at once (<c>TCP_NODELAY</c>). Ignored by UNIX sockets.
    /// Defaults to true.
    /// </summary>
    public bool NoDelay { get; set; } = true;

    /// <summary>
    /// The idle time after which TCP probes a silent peer (<c>SO_KEEPALIVE</c>,
    /// <c>TCP_KEEPIDLE</c>); whole seconds. Null means never. Defaults to null.
    /// </summary>
    public TimeSpan? KeepAlive { get; set; }

    /// <summary>
    /// The kernel's receive buffer in bytes (<c>SO_RCVBUF</c>). Null means that the kernel
    /// sizes it. Defaults to null.
    /// </summary>
    public int? KernelReceiveBuffer { get; set; }

    /// <summary>
    /// The kernel's send buffer in bytes (<c>SO_SNDBUF</c>). Null means that the kernel sizes it.
    /// Defaults to null.
    /// </summary>
    public int? KernelSendBuffer { get; set; }

    private protected ConnectionOptions()
    {
    }

    internal void Validate()
    {
        if (KeepAlive is { } idle)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(
                idle, TimeSpan.FromSeconds(1), nameof(KeepAlive));
        }

        if (KernelReceiveBuffer is { } receive)
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(receive, nameof(KernelReceiveBuffer));
        if (KernelSendBuffer is { } send)
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(send, nameof(KernelSendBuffer));
    }
}
