namespace Sluice.Memory;

/// <summary>Native memory and what is needed to give it back.</summary>
/// <param name="Address">Of the first byte that is used.</param>
/// <param name="Size">Bytes that are used.</param>
/// <param name="Origin">The source's own: where its allocation begins.</param>
/// <param name="Cookie">The source's own: whatever else it needs to free.</param>
internal readonly record struct NativeAllocation(
    nint Address, nuint Size, nint Origin, object? Cookie);
