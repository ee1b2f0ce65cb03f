using System.Runtime.InteropServices;
using Sluice.Uring;
using Sluice.Uring.Interop;
using static Sluice.Uring.Interop.IoUringConstants;

namespace Sluice.Testing.Simulation.Rings;

/// <summary>The kernel's side of a buffer ring: it takes buffers in the ring's order.</summary>
internal sealed unsafe class SimulatedBufferGroup
{
    // What a provided buffer holds until a receive fills it: data read from it is wrong data.
    private const byte Poison = 0xA5;

    private readonly SimulatedKernel _kernel;
    private readonly io_uring_buf* _entries;
    private readonly int _count;
    private readonly bool _isIncremental;
    private ushort _seenTail;

    public SimulatedBufferGroup(SimulatedKernel kernel, in io_uring_buf_reg registration)
    {
        _kernel = kernel;
        _entries = (io_uring_buf*)registration.ring_addr;
        _count = (int)registration.ring_entries;
        _isIncremental = (registration.flags & IOU_PBUF_RING_INC) != 0;
        Group = registration.bgid;
    }

    public ushort Group { get; }

    /// <summary>Buffers (or first bytes of one) that were taken so far.</summary>
    public ushort Head { get; private set; }

    /// <summary>Buffers that can be taken.</summary>
    public int Available => (ushort)(_seenTail - Head);

    /// <summary>Notices what the program published since the last time, and checks it.</summary>
    public void Synchronize()
    {
        ushort tail = Volatile.Read(ref _entries[0].resv_or_tail);
        if ((ushort)(tail - Head) > _count)
            throw _kernel.Violation($"buffer group {Group} has more buffers than entries");

        for (; _seenTail != tail; _seenTail++)
        {
            ref io_uring_buf entry = ref At(_seenTail);
            if (entry.addr == 0 || entry.len == 0)
                throw _kernel.Violation($"buffer {entry.bid} of group {Group} has no memory");
            if (!_kernel.Provided.TryAdd(entry.addr, entry.len))
                throw _kernel.Violation($"buffer {entry.bid} of group {Group} is provided twice");

            NativeMemory.Fill((void*)entry.addr, entry.len, Poison);
            _kernel.Log("provide", Group, entry.bid, entry.len);
        }
    }

    /// <summary>The buffer that comes next; false if there is none.</summary>
    public bool TryPeek(out Span<byte> buffer)
    {
        Synchronize();
        if (Available == 0)
        {
            buffer = default;
            return false;
        }

        ref io_uring_buf entry = ref At(Head);
        buffer = new Span<byte>((void*)entry.addr, (int)entry.len);
        return true;
    }

    /// <summary>Uses up the next buffer, or bytes of it; the flags of its completion.</summary>
    public CompletionFlags Take(int length, bool isWhole)
    {
        ref io_uring_buf entry = ref At(Head);
        uint used = isWhole || !_isIncremental ? entry.len : (uint)length;
        var flags = (CompletionFlags)((uint)entry.bid << 16) | CompletionFlags.Buffer;
        _kernel.Provided.Take(entry.addr, used);
        if (used == entry.len)
        {
            Head++;
            return flags;
        }

        entry.addr += used;
        entry.len -= used;
        return flags | CompletionFlags.BufferMore;
    }

    /// <summary>Gives all memory back to the program.</summary>
    public void Unregister()
    {
        Synchronize();
        while (Available > 0)
            _ = Take(0, isWhole: true);
    }

    private ref io_uring_buf At(ushort index) => ref _entries[index & (_count - 1)];
}
