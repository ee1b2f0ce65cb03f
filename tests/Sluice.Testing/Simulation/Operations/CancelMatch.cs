using Sluice.Testing.Simulation.Files;
using Sluice.Uring;
using static Sluice.Uring.Interop.IoUringConstants;

namespace Sluice.Testing.Simulation.Operations;

/// <summary>Which operations a cancel means.</summary>
internal readonly record struct CancelMatch(
    uint Flags, ulong UserData, SimulatedFile? File, byte Opcode)
{
    public bool IsAll => (Flags & (IORING_ASYNC_CANCEL_ALL | IORING_ASYNC_CANCEL_ANY)) != 0;

    public bool Matches(SimulatedOperation operation)
    {
        if ((Flags & IORING_ASYNC_CANCEL_ANY) != 0)
            return true;

        bool byFile = (Flags & IORING_ASYNC_CANCEL_FD) != 0;
        bool byOpcode = (Flags & IORING_ASYNC_CANCEL_OP) != 0;
        bool byUserData = (Flags & IORING_ASYNC_CANCEL_USERDATA) != 0 || (!byFile && !byOpcode);
        return (!byFile || operation.Refers(File!))
            && (!byOpcode || operation.Opcode == (Opcode)Opcode)
            && (!byUserData || operation.UserData == UserData);
    }
}
