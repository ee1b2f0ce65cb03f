using System.Numerics;
using Sluice.Uring.Interop;
using static Sluice.Uring.Interop.IoUringConstants;

namespace Sluice.Uring;

/// <summary>
/// A ring of buffers that the kernel takes from when data arrives: a receive that waits holds no
/// memory.
/// </summary>
/// <remarks>
/// <para>
/// The buffers are the caller's; so is the bookkeeping of which identifier is which address. A
/// buffer belongs to the kernel from <see cref="Publish"/> until a completion names its
/// identifier, in incremental mode until the last completion that does
/// (<see cref="Completion.HasMoreInBuffer"/> is clear). Completions with an error can name one,
/// too. Use it on the ring's thread.
/// </para>
/// <para>Source: <c>io_uring_register(2)</c>, IORING_REGISTER_PBUF_RING.</para>
/// </remarks>
public sealed unsafe class BufferRing : IDisposable
{
    /// <summary>The largest number of entries.</summary>
    public const int EntriesMax = 32768;

    private readonly Ring _ring;
    private readonly io_uring_buf* _entries;
    private readonly ushort _mask;
    private ushort _tail;
    private ushort _published;
    private bool _disposed;

    private BufferRing(
        Ring ring, io_uring_buf* entries, int count, ushort group, bool isIncremental)
    {
        _ring = ring;
        _entries = entries;
        _mask = (ushort)(count - 1);
        Count = count;
        Group = group;
        IsIncremental = isIncremental;
    }

    /// <summary>The number of entries.</summary>
    public int Count { get; }

    /// <summary>
    /// The group to name in submissions; see <see cref="Submission.BufferGroup"/>.
    /// </summary>
    public ushort Group { get; }

    /// <summary>Whether the kernel consumes buffers piece by piece.</summary>
    public bool IsIncremental { get; }

    /// <summary>Buffers that were added and are not yet published.</summary>
    public int Staged => (ushort)(_tail - _published);

    // Entry 0's last field is the tail that the kernel reads.
    private ref ushort KernelTail => ref _entries[0].resv_or_tail;

    /// <summary>Creates a buffer ring and registers it.</summary>
    /// <param name="ring">The ring whose submissions will use it.</param>
    /// <param name="group">A group number that is free in that ring.</param>
    /// <param name="count">Entries, a power of two up to <see cref="EntriesMax"/>.</param>
    /// <param name="incremental">
    /// Whether the kernel may consume a buffer piece by piece (<c>IOU_PBUF_RING_INC</c>, Linux
    /// 6.12); if it cannot, creation fails with <see cref="Errno.EINVAL"/>.
    /// </param>
    /// <exception cref="RingException">The kernel refused.</exception>
    public static BufferRing Create(Ring ring, ushort group, int count, bool incremental = false)
    {
        ArgumentNullException.ThrowIfNull(ring);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, EntriesMax);
        if (!BitOperations.IsPow2(count))
            throw new ArgumentException("The count must be a power of two.", nameof(count));

        nuint size = (nuint)count * (nuint)sizeof(io_uring_buf);
        var entries = (io_uring_buf*)PageMemory.Allocate(size);
        var registration = new io_uring_buf_reg
        {
            ring_addr = (ulong)entries,
            ring_entries = (uint)count,
            bgid = group,
            flags = incremental ? IOU_PBUF_RING_INC : (ushort)0,
        };
        RingResult result = ring.Register(
            IORING_REGISTER_PBUF_RING, (nint)(&registration), 1);
        if (result.IsSuccess)
            return new BufferRing(ring, entries, count, group, incremental);

        PageMemory.Free((nint)entries, size);
        throw RingException.ForRegister("A buffer ring", result.Error);
    }

    /// <summary>Stages a buffer; the kernel sees it after <see cref="Publish"/>.</summary>
    /// <param name="address">The buffer's address.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="bufferId">What completions will call it.</param>
    /// <exception cref="InvalidOperationException">The ring is full of staged buffers.</exception>
    public void Add(nint address, uint length, ushort bufferId)
    {
        if (_disposed || Staged == Count)
            ThrowCannotAdd();

        ref io_uring_buf entry = ref _entries[_tail & _mask];
        entry.addr = (ulong)address;
        entry.len = length;
        entry.bid = bufferId;
        _tail++;
    }

    /// <summary>Hands all staged buffers to the kernel: one store for the whole batch.</summary>
    public void Publish()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);

        // Release: the kernel loads the tail with acquire and then reads the entries.
        Volatile.Write(ref KernelTail, _tail);
        _published = _tail;
    }

    /// <summary>How many buffers the kernel can still take from.</summary>
    /// <returns>The number, or the error of a kernel before Linux 6.8.</returns>
    public RingResult QueryAvailable()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var status = new io_uring_buf_status { buf_group = Group };
        RingResult result = _ring.Register(IORING_REGISTER_PBUF_STATUS, (nint)(&status), 1);
        return result.IsSuccess ? new((ushort)(_published - (ushort)status.head)) : result;
    }

    /// <summary>
    /// Takes the ring of buffers back from the kernel. Receives that are under way end with
    /// <see cref="Errno.ENOBUFS"/>. The buffers themselves stay the caller's.
    /// </summary>
    public void Dispose()
    {
        if (_disposed)
            return;

        _disposed = true;
        if (_ring.IsDisposed || Unregister().IsSuccess)
            PageMemory.Free((nint)_entries, (nuint)Count * (nuint)sizeof(io_uring_buf));

        // Otherwise (a foreign thread, for instance) the kernel still takes addresses from the
        // entries: their memory is left to it, for another owner's bytes must never be those.
    }

    private RingResult Unregister()
    {
        var registration = new io_uring_buf_reg { bgid = Group };
        return _ring.Register(IORING_UNREGISTER_PBUF_RING, (nint)(&registration), 1);
    }

    private void ThrowCannotAdd()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        throw new InvalidOperationException("Every entry of the buffer ring is already staged.");
    }
}
