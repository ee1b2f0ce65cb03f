using System.Net;

namespace Sluice.Tool;

/// <summary>What the options that all server commands share say.</summary>
internal sealed record ServerSettings(
    IPAddress Address, int Port, Engine Engine, Scheduling Scheduling, int ReactorCount)
{
    public IPEndPoint EndPoint => new(Address, Port);

    public void ApplyTo(SluiceOptions options)
    {
        options.Engine = Engine;
        options.Scheduling = Scheduling;
        options.ReactorCount = ReactorCount;
    }
}
