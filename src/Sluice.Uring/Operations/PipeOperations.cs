using Sluice.Uring.Interop;

namespace Sluice.Uring;

/// <summary>Preparation of operations on pipes.</summary>
public static unsafe class PipeOperations
{
    /// <summary>
    /// Creates a pipe (<c>IORING_OP_PIPE</c>, Linux 6.16): its read and its write end go to the
    /// two <c>int</c> at the address.
    /// </summary>
    public static void PreparePipe(
        this Submission submission,
        nint descriptors,
        DescriptorFlags flags = DescriptorFlags.CloseOnExec) =>
        submission.Set(Opcode.Pipe, 0, (ulong)descriptors, 0, 0, (uint)flags);

    /// <summary>
    /// Creates a pipe as two direct descriptors (<c>IORING_OP_PIPE</c>, Linux 6.16).
    /// </summary>
    /// <param name="submission">The entry to prepare.</param>
    /// <param name="descriptors">Address of two <c>int</c> that receive the slots.</param>
    /// <param name="slot">
    /// The first of two slots, or <see cref="DirectDescriptor.Allocate"/>.
    /// </param>
    public static void PreparePipeDirect(
        this Submission submission,
        nint descriptors,
        uint slot = DirectDescriptor.Allocate)
    {
        submission.PreparePipe(descriptors, DescriptorFlags.None);
        submission.Entry->file_index = DirectDescriptor.Encode(slot);
    }

    /// <summary>
    /// Moves bytes between two files of which at least one is a pipe
    /// (<c>IORING_OP_SPLICE</c>). A pipe's offset is
    /// <see cref="FileOperations.CurrentPosition"/>.
    /// </summary>
    public static void PrepareSplice(
        this Submission submission,
        int fdIn,
        ulong offsetIn,
        int fdOut,
        ulong offsetOut,
        uint length,
        SpliceFlags flags = SpliceFlags.None)
    {
        submission.Set(Opcode.Splice, fdOut, offsetIn, length, offsetOut, (uint)flags);
        submission.Entry->splice_fd_in = fdIn;
    }

    /// <summary>Copies bytes between two pipes (<c>IORING_OP_TEE</c>).</summary>
    public static void PrepareTee(
        this Submission submission,
        int fdIn,
        int fdOut,
        uint length,
        SpliceFlags flags = SpliceFlags.None)
    {
        submission.Set(Opcode.Tee, fdOut, 0, length, 0, (uint)flags);
        submission.Entry->splice_fd_in = fdIn;
    }
}
