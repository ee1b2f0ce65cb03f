using System.Net.Sockets;

namespace Sluice.Tool.Load;

/// <summary>One connection of a load.</summary>
internal sealed class LoadConnection(Socket socket) : IDisposable
{
    /// <summary>The descriptor; valid until the connection is disposed.</summary>
    public int Descriptor { get; } = (int)socket.Handle;

    /// <summary>Answers that are still to come.</summary>
    public int Missing { get; set; }

    /// <summary>Bytes that have come of the next answer.</summary>
    public int Position { get; set; }

    /// <summary>Bytes of the request that the kernel has not taken yet.</summary>
    public int Unsent { get; set; }

    /// <summary>When the exchange under way was due, as a timestamp.</summary>
    public long DueAt { get; set; }

    /// <summary>Exchanges that were due and have not begun.</summary>
    public int Waiting { get; set; }

    /// <summary>The number of exchanges that have begun.</summary>
    public long Begun { get; set; }

    public bool IsIdle => Missing == 0;

    public void Dispose() => socket.Dispose();
}
