namespace Sluice.Tool.Tests.Faults.Network;

/// <summary>What becomes of packets between two namespaces: chances, each from 0 to 1.</summary>
internal sealed record PacketFate
{
    /// <summary>It does not arrive.</summary>
    public double Lost { get; init; }

    /// <summary>It arrives twice.</summary>
    public double Doubled { get; init; }

    /// <summary>A bit of it is another one on arrival.</summary>
    public double Corrupted { get; init; }

    /// <summary>It arrives so much later, behind others that were sent after it.</summary>
    public double Late { get; init; }

    /// <summary>How much later.</summary>
    public TimeSpan Lateness { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>How long each one is on the way.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>How many connections begin in each millisecond and go no further.</summary>
    public int SynsPerMs { get; init; }
}
