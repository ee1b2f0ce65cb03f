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
    /// The options of every listening socket and of the connections that it accepts.
    /// </summary>
    public ListenOptions Listen { get; } = new();

    internal void ValidateAll()
    {
        Validate();
        Listen.Validate();
    }
}
