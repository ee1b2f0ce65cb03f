namespace Sluice.Memory;

/// <summary>What an object of somebody else must be before it is mapped.</summary>
/// <remarks>
/// A map of an object that its maker can shrink ends this process by a signal when it does, and
/// .NET cannot survive that; therefore the shrink seal is required unless the maker is trusted.
/// </remarks>
public sealed class SharedMemoryRequirements
{
    /// <summary>For an object of this process, or of one that is trusted as much.</summary>
    public static SharedMemoryRequirements Trusted { get; } =
        new() { Seals = SharedMemorySeals.None };

    /// <summary>
    /// Seals that it must have. Defaults to <see cref="SharedMemorySeals.Shrink"/>.
    /// </summary>
    public SharedMemorySeals Seals { get; init; } = SharedMemorySeals.Shrink;

    /// <summary>Its smallest size in bytes. Defaults to 0.</summary>
    public long SizeMin { get; init; }

    /// <summary>Its largest size in bytes. Defaults to no limit.</summary>
    public long SizeMax { get; init; } = long.MaxValue;
}
