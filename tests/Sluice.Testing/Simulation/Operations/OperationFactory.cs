using Sluice.Testing.Simulation.Rings;
using Sluice.Uring;
using Sluice.Uring.Interop;

namespace Sluice.Testing.Simulation.Operations;

/// <summary>Which class plays which opcode.</summary>
internal static class OperationFactory
{
    public static SimulatedOperation Create(
        SimulatedKernel kernel, SimulatedRing ring, in io_uring_sqe sqe) =>
        (Opcode)sqe.opcode switch
        {
            Opcode.Nop => new NopOperation(kernel, ring, in sqe),
            Opcode.Accept => new AcceptOperation(kernel, ring, in sqe),
            Opcode.Receive => new ReceiveOperation(kernel, ring, in sqe),
            Opcode.Send or Opcode.SendMessage
                or Opcode.SendZeroCopy or Opcode.SendMessageZeroCopy =>
                new SendOperation(kernel, ring, in sqe),
            Opcode.Connect => new ConnectOperation(kernel, ring, in sqe),
            Opcode.Close or Opcode.Shutdown or Opcode.Socket =>
                new DescriptorOperation(kernel, ring, in sqe),
            Opcode.Cancel or Opcode.PollRemove or Opcode.TimeoutRemove =>
                new CancelOperation(kernel, ring, in sqe),
            Opcode.PollAdd => new PollOperation(kernel, ring, in sqe),
            Opcode.Timeout => new TimeoutOperation(kernel, ring, in sqe),
            Opcode.LinkTimeout => new LinkTimeoutOperation(kernel, ring, in sqe),
            Opcode.MessageRing => new MessageRingOperation(kernel, ring, in sqe),
            Opcode.Read when ((SubmissionFlags)sqe.flags & SubmissionFlags.BufferSelect) != 0 =>
                new ReadZerosOperation(kernel, ring, in sqe),
            Opcode.Read or Opcode.Write => new EventOperation(kernel, ring, in sqe),
            _ => new UnknownOperation(kernel, ring, in sqe),
        };

    /// <summary>Whether the probe offers it.</summary>
    public static bool IsKnown(Opcode opcode) => opcode is Opcode.Nop or Opcode.Accept
        or Opcode.Receive or Opcode.Send or Opcode.SendMessage or Opcode.SendZeroCopy
        or Opcode.SendMessageZeroCopy or Opcode.Connect or Opcode.Close or Opcode.Shutdown
        or Opcode.Socket or Opcode.Cancel or Opcode.PollRemove or Opcode.TimeoutRemove
        or Opcode.PollAdd or Opcode.Timeout or Opcode.LinkTimeout or Opcode.MessageRing
        or Opcode.Read or Opcode.Write;
}
