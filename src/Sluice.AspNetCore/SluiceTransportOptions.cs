using Sluice.Sockets;

namespace Sluice.AspNetCore;

/// <summary>
/// How Kestrel runs on Sluice: the runtime's options and those of its listening sockets.
/// </summary>
/// <remarks>
/// Read once, when the server binds its first address. All of it binds from configuration, see
/// <c>AddSluiceTransport(IConfiguration)</c>. With <see cref="Engine.Sockets"/>, or
/// <see cref="Engine.Auto"/> where io_uring does not work, Kestrel's own sockets transport runs
/// under its own <c>SocketTransportOptions</c>; of these options it keeps
/// <see cref="SluiceOptions.Scheduling"/> and <see cref="Listen"/>.
/// </remarks>
public sealed class SluiceTransportOptions : SluiceOptions
{
    /// <summary>
    /// The options of every listening socket, of the connections that it accepts, and of outbound
    /// connections.
    /// </summary>
    public ListenOptions Listen { get; } = new();

    /// <summary>
    /// Whether the memory that Kestrel rents for itself (TLS records, HTTP/2 frames) comes from an
    /// <see cref="Memory.IoHeap"/> instead of Kestrel's pool: native memory in slabs, outside of
    /// the garbage collector's, for three times the cost of a rental. Not used by
    /// <see cref="Engine.Sockets"/>. Defaults to false.
    /// </summary>
    public bool RentFromHeap { get; set; }

    internal void ValidateAll()
    {
        Validate();
        Listen.Validate();
        if (Listen.GetProxyProtocol() is not null)
        {
            throw new ArgumentException(
                "Under Kestrel each listener has the PROXY protocol on its own: "
                + "listen.UseSluiceProxyProtocol(...) in ConfigureKestrel.");
        }
    }

    /// <summary>Outbound connections have the options of accepted ones.</summary>
    internal ConnectOptions ForConnecting() => new()
    {
        NoDelay = Listen.NoDelay,
        KeepAlive = Listen.KeepAlive,
        KernelReceiveBuffer = Listen.KernelReceiveBuffer,
        KernelSendBuffer = Listen.KernelSendBuffer,
    };
}
