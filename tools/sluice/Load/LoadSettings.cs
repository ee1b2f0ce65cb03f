using System.Net;

namespace Sluice.Tool.Load;

/// <summary>A load: where to, how many, how long.</summary>
internal sealed record LoadSettings
{
    public required IPEndPoint Server { get; init; }

    public required int Connections { get; init; }

    /// <summary>Requests that each connection sends in one go.</summary>
    public required int Depth { get; init; }

    /// <summary>
    /// Exchanges per second of all connections together; 0 means the next as soon as one ends.
    /// </summary>
    public required int Rate { get; init; }

    public required TimeSpan WarmUp { get; init; }

    public required TimeSpan Duration { get; init; }

    /// <summary>The processor to run on, or null.</summary>
    public int? Cpu { get; init; }

    /// <summary>The server's process, if its CPU time is to be measured, or null.</summary>
    public int? ServerProcess { get; init; }
}
