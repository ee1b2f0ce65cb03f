namespace Sluice.Memory;

/// <summary>
/// The word that says everything about a block's life, so that one compare checks all of it.
/// </summary>
/// <remarks>
/// <code>
/// 63                            20  19      18        17               0
/// ┌───────────────────────────────┬───────┬─────────┬──────────────────┐
/// │ generation, one per allocation│shared │reserved │ references       │
/// └───────────────────────────────┴───────┴─────────┴──────────────────┘
/// </code>
/// A vector holds the generation with the lower bits clear, so <c>word ^ vector</c> is the
/// number of references of a plain Local block, has a higher bit if there is more to look at, and
/// is larger than all of that if the vector is stale. 44 bits of generation last for a day of
/// nothing but recycling one block; after that a stale handle would have to be 2^44
/// generations old to the digit.
/// </remarks>
internal static class BlockWord
{
    public const int GenerationShift = 20;
    public const ulong GenerationStep = 1UL << GenerationShift;
    public const ulong LowMask = GenerationStep - 1;
    public const ulong Shared = 1UL << 19;
    public const ulong Reserved = 1UL << 18;
    public const ulong CountMask = Reserved - 1;

    /// <summary>References are fewer than this.</summary>
    public const ulong CountLimit = Reserved;

    /// <summary>The lower bits while the block is on its way home over the return stack.</summary>
    public const ulong Returning = LowMask;

    /// <summary>The word of the free block that comes after that generation.</summary>
    public static ulong Next(ulong generation) => (generation | LowMask) + 1;
}
