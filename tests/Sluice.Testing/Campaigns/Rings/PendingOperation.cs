namespace Sluice.Testing.Campaigns.Rings;

/// <summary>A submission whose last completion is outstanding.</summary>
internal sealed class PendingOperation(RingOperationKind kind, RingConnection? connection = null)
{
    public RingOperationKind Kind { get; } = kind;

    public RingConnection? Connection { get; } = connection;

    /// <summary>The memory that a send reads from, and how many bytes of it.</summary>
    public nint Memory { get; init; }

    public int Length { get; init; }

    /// <summary>Whether a zero-copy send has had its result.</summary>
    public bool HasResult { get; set; }
}
