using static Sluice.Uring.Interop.IoUringConstants;

namespace Sluice.Uring;

/// <summary>Preparation of the operation that does nothing.</summary>
public static class NopOperations
{
    /// <summary>Completes with 0 (<c>IORING_OP_NOP</c>).</summary>
    public static void PrepareNop(this Submission submission) =>
        submission.Set(Opcode.Nop, -1, 0, 0);

    /// <summary>
    /// Completes with a given result (<c>IORING_OP_NOP</c>, <c>IORING_NOP_INJECT_RESULT</c>,
    /// Linux 6.10).
    /// </summary>
    public static void PrepareNop(this Submission submission, int result) =>
        submission.Set(Opcode.Nop, -1, 0, (uint)result, 0, IORING_NOP_INJECT_RESULT);
}
