using System.Net;

namespace Sluice.Tool;

/// <summary>What the options that all server commands share say.</summary>
internal sealed record ServerSettings(
    IPAddress Address, int Port, Engine Engine, Scheduling Scheduling, int ReactorCount)
{
    /// <summary>How long a stop waits for connections that are in use.</summary>
    public static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(2);

    /// <summary>HTTPS instead of HTTP.</summary>
    public bool UsesTls { get; init; }

    /// <summary>Files by ASP.NET Core's middleware instead of our own.</summary>
    public bool UsesStaticFiles { get; init; }

    /// <summary>The dashboard under <c>/sluice</c>.</summary>
    public bool HasDashboard { get; init; }

    public IPEndPoint EndPoint => new(Address, Port);

    public void ApplyTo(SluiceOptions options)
    {
        options.Engine = Engine;
        options.Scheduling = Scheduling;
        options.ReactorCount = ReactorCount;
        options.ShutdownTimeout = ShutdownTimeout;
    }
}
