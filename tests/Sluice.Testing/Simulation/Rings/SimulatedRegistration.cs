using System.Numerics;
using Sluice.Testing.Simulation.Files;
using Sluice.Testing.Simulation.Operations;
using Sluice.Uring;
using Sluice.Uring.Interop;
using static Sluice.Uring.Interop.IoUringConstants;

namespace Sluice.Testing.Simulation.Rings;

/// <summary>
/// <c>io_uring_register</c>: buffer rings, the probe, synchronous cancelling and ring
/// descriptors. All else is <c>-EINVAL</c>, as on a kernel that does not know it.
/// </summary>
internal sealed unsafe class SimulatedRegistration(SimulatedKernel kernel)
{
    private const int ProbeHeaderSize = 16;
    private const int ProbeEntrySize = 8;
    private const byte ProbeSupported = 1;

    public int Register(SimulatedRing ring, uint opcode, void* argument, uint count)
    {
        kernel.Log("register", opcode, count);
        return opcode switch
        {
            IORING_REGISTER_PROBE => Probe((byte*)argument, count),
            IORING_REGISTER_RING_FDS => AddRings((io_uring_rsrc_update*)argument, count),
            IORING_UNREGISTER_RING_FDS => RemoveRings((io_uring_rsrc_update*)argument, count),
            IORING_REGISTER_PBUF_RING => AddBuffers(ring, in *(io_uring_buf_reg*)argument),
            IORING_UNREGISTER_PBUF_RING =>
                RemoveBuffers(ring, ((io_uring_buf_reg*)argument)->bgid),
            IORING_REGISTER_PBUF_STATUS => Status(ring, (io_uring_buf_status*)argument),
            IORING_REGISTER_SYNC_CANCEL => Cancel(ring, in *(io_uring_sync_cancel_reg*)argument),
            _ => -(int)Errno.EINVAL,
        };
    }

    private static int Probe(byte* probe, uint count)
    {
        if (new ReadOnlySpan<byte>(probe, ProbeHeaderSize + ((int)count * ProbeEntrySize))
            .ContainsAnyExcept((byte)0))
        {
            return -(int)Errno.EINVAL;
        }

        byte last = (byte)Opcode.Command128;
        byte length = (byte)Math.Min(count, last + 1u);
        probe[0] = last;
        probe[1] = length;
        for (byte i = 0; i < length; i++)
        {
            byte* entry = probe + ProbeHeaderSize + (i * ProbeEntrySize);
            entry[0] = i;
            entry[2] = OperationFactory.IsKnown((Opcode)i) ? ProbeSupported : (byte)0;
        }

        return 0;
    }

    private int AddRings(io_uring_rsrc_update* updates, uint count)
    {
        for (uint i = 0; i < count; i++)
        {
            int index = kernel.RegisteredRings.Add((int)updates[i].data, updates[i].offset);
            if (index < 0)
                return i > 0 ? (int)i : index;
            updates[i].offset = (uint)index;
        }

        return (int)count;
    }

    private int RemoveRings(io_uring_rsrc_update* updates, uint count)
    {
        for (uint i = 0; i < count; i++)
            kernel.RegisteredRings.Remove(updates[i].offset);
        return (int)count;
    }

    private int AddBuffers(SimulatedRing ring, in io_uring_buf_reg registration)
    {
        if ((registration.flags & ~IOU_PBUF_RING_INC) != 0
            || registration.ring_addr == 0
            || registration.ring_addr % (ulong)Environment.SystemPageSize != 0
            || !BitOperations.IsPow2(registration.ring_entries)
            || registration.ring_entries > BufferRing.EntriesMax)
        {
            return -(int)Errno.EINVAL;
        }

        var group = new SimulatedBufferGroup(kernel, in registration);
        return ring.BufferGroups.TryAdd(group.Group, group) ? 0 : -(int)Errno.EEXIST;
    }

    private static int RemoveBuffers(SimulatedRing ring, ushort id)
    {
        if (!ring.BufferGroups.Remove(id, out SimulatedBufferGroup? group))
            return -(int)Errno.ENOENT;

        group.Unregister();
        return 0;
    }

    private static int Status(SimulatedRing ring, io_uring_buf_status* status)
    {
        if (!ring.BufferGroups.TryGetValue(
            (ushort)status->buf_group, out SimulatedBufferGroup? group))
        {
            return -(int)Errno.ENOENT;
        }

        group.Synchronize();
        status->head = group.Head;
        return 0;
    }

    // It waits until what it cancels is over, so nothing is late here.
    private int Cancel(SimulatedRing ring, in io_uring_sync_cancel_reg cancel)
    {
        SimulatedFile? file = null;
        if ((cancel.flags & IORING_ASYNC_CANCEL_FD) != 0)
        {
            file = kernel.Descriptors.Find(cancel.fd);
            if (file is null)
                return -(int)Errno.EBADF;
        }

        var match = new CancelMatch(cancel.flags, cancel.addr, file, cancel.opcode);
        int count = 0;
        foreach (SimulatedOperation operation in ring.Running.ToArray())
        {
            if (operation.IsOver || !match.Matches(operation))
                continue;

            _ = operation.Cancel(isPatient: true);
            while (!operation.IsOver && operation.CanStep(force: true))
                operation.Step();
            count++;
            if (!match.IsAll)
                break;
        }

        return count > 0 || match.IsAll ? 0 : -(int)Errno.ENOENT;
    }
}
