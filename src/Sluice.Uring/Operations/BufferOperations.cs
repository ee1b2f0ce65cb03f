namespace Sluice.Uring;

/// <summary>
/// Preparation of the older way to provide buffers, by operations. A <see cref="BufferRing"/>
/// does the same without a submission for each.
/// </summary>
public static class BufferOperations
{
    /// <summary>
    /// Provides consecutive buffers of equal length to a group
    /// (<c>IORING_OP_PROVIDE_BUFFERS</c>).
    /// </summary>
    /// <param name="submission">The entry to prepare.</param>
    /// <param name="address">The first buffer.</param>
    /// <param name="length">The length of each in bytes.</param>
    /// <param name="count">How many.</param>
    /// <param name="bufferGroup">The group.</param>
    /// <param name="firstId">The first identifier; the others follow.</param>
    public static void PrepareProvideBuffers(
        this Submission submission,
        nint address,
        uint length,
        int count,
        ushort bufferGroup,
        ushort firstId)
    {
        submission.Set(Opcode.ProvideBuffers, count, (ulong)address, length, firstId);
        submission.BufferGroup = bufferGroup;
    }

    /// <summary>
    /// Takes buffers back from a group (<c>IORING_OP_REMOVE_BUFFERS</c>); the result is how many.
    /// </summary>
    public static void PrepareRemoveBuffers(
        this Submission submission, int count, ushort bufferGroup)
    {
        submission.Set(Opcode.RemoveBuffers, count, 0, 0);
        submission.BufferGroup = bufferGroup;
    }
}
