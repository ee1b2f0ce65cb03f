namespace Sluice.Uring;

/// <summary>
/// Direct descriptors: slots in a ring's table of registered files, which only that ring can
/// use, with <see cref="SubmissionFlags.FixedFile"/>.
/// </summary>
public static class DirectDescriptor
{
    /// <summary>
    /// Let the kernel pick a free slot; the completion's result is the slot, or
    /// <see cref="Errno.ENFILE"/> (<c>IORING_FILE_INDEX_ALLOC</c>).
    /// </summary>
    public const uint Allocate = uint.MaxValue;

    // The kernel counts slots from one, zero meaning "an ordinary descriptor"; the request to
    // allocate is the same number in both counts.
    internal static uint Encode(uint slot) => slot == Allocate ? slot : slot + 1;
}
