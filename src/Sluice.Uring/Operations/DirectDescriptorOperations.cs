using static Sluice.Uring.Interop.IoUringConstants;

namespace Sluice.Uring;

/// <summary>Preparation of changes to a ring's table of registered files.</summary>
public static class DirectDescriptorOperations
{
    /// <summary>
    /// Puts descriptors into slots; -1 empties one (<c>IORING_OP_FILES_UPDATE</c>). The result is
    /// the number of slots.
    /// </summary>
    /// <param name="submission">The entry to prepare.</param>
    /// <param name="descriptors">
    /// Address of the <c>int</c> array; it stays in place until the completion.
    /// </param>
    /// <param name="count">How many.</param>
    /// <param name="slot">
    /// The first slot, or <see cref="DirectDescriptor.Allocate"/>: the array then receives the
    /// slots.
    /// </param>
    public static void PrepareFilesUpdate(
        this Submission submission, nint descriptors, uint count, uint slot) =>
        submission.Set(
            Opcode.FilesUpdate,
            -1,
            (ulong)descriptors,
            count,
            slot == DirectDescriptor.Allocate ? ulong.MaxValue : slot);

    /// <summary>
    /// Makes an ordinary descriptor of a direct one (<c>IORING_OP_FIXED_FD_INSTALL</c>, Linux
    /// 6.8); the result is the descriptor.
    /// </summary>
    /// <param name="submission">The entry to prepare.</param>
    /// <param name="slot">The direct descriptor.</param>
    /// <param name="inheritable">Whether child processes inherit it.</param>
    public static void PrepareInstallDescriptor(
        this Submission submission, uint slot, bool inheritable = false)
    {
        submission.Set(
            Opcode.InstallFixedDescriptor,
            (int)slot,
            0,
            0,
            0,
            inheritable ? IORING_FIXED_FD_NO_CLOEXEC : 0);
        submission.Flags = SubmissionFlags.FixedFile;
    }
}
