using Sluice.Memory.Interop;

namespace Sluice.Memory;

/// <summary>
/// The word that says everything about a block's life, so that one compare checks all of it.
/// </summary>
/// <remarks>
/// <code>
/// 63                            21  20      19        18               0
/// ┌───────────────────────────────┬───────┬─────────┬──────────────────┐
/// │ generation, one per allocation│shared │reserved │ references       │
/// └───────────────────────────────┴───────┴─────────┴──────────────────┘
/// </code>
/// A vector holds the generation with the lower bits clear, so <c>word ^ vector</c> is the
/// number of references of a plain Local block, has a higher bit if there is more to look at, and
/// is larger than all of that if the vector is stale. 43 bits of generation last for hours of
/// nothing but recycling one block; after that a stale handle would have to be 2^43
/// generations old to the digit.
/// </remarks>
internal static class BlockWord
{
    public const int GenerationShift = 21;
    public const ulong GenerationStep = 1UL << GenerationShift;
    public const ulong LowMask = GenerationStep - 1;
    public const int SharedShift = 20;
    public const ulong Shared = 1UL << SharedShift;
    public const ulong Reserved = 1UL << 19;
    public const ulong CountMask = Reserved - 1;

    /// <summary>
    /// The most references. It is the size of the window of the owner's stack as well, so that one
    /// compare says both: the bits of the count and of the depth in the stack, joined, are below.
    /// </summary>
    public const ulong CountLimit = ThreadStack.WindowSize;

    /// <summary>The lower bits while the block is on its way home over the return stack.</summary>
    public const ulong Returning = LowMask;

    /// <summary>The word of the free block that comes after that generation.</summary>
    public static ulong Next(ulong generation) => (generation | LowMask) + 1;
}
