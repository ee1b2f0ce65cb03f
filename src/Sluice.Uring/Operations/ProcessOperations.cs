using Sluice.Uring.Interop;

namespace Sluice.Uring;

/// <summary>Preparation of operations on processes.</summary>
public static unsafe class ProcessOperations
{
    /// <summary>
    /// Waits for a child to change (<c>IORING_OP_WAITID</c>, Linux 6.7, see <c>waitid(2)</c>).
    /// </summary>
    /// <param name="submission">The entry to prepare.</param>
    /// <param name="kind">What the identifier is.</param>
    /// <param name="id">The identifier.</param>
    /// <param name="options">What to wait for (<c>WEXITED</c>, …).</param>
    /// <param name="info">
    /// Address of a <c>siginfo_t</c> that stays in place until the completion, or 0.
    /// </param>
    public static void PrepareWaitId(
        this Submission submission, ProcessIdKind kind, int id, uint options, nint info = 0)
    {
        submission.Set(Opcode.WaitId, id, 0, (uint)kind, (ulong)info);
        submission.Entry->file_index = options;
    }
}
