using System.Net;

namespace Sluice.Sockets;

/// <summary>The options of an outbound connection.</summary>
public sealed class ConnectOptions : ConnectionOptions
{
    /// <summary>
    /// The address to connect from. Null means that the kernel chooses. Defaults to null.
    /// </summary>
    public EndPoint? LocalEndPoint { get; set; }
}
