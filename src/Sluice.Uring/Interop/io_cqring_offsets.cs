namespace Sluice.Uring.Interop;

/// <summary>The kernel's <c>struct io_cqring_offsets</c>.</summary>
internal struct io_cqring_offsets
{
    public uint head;
    public uint tail;
    public uint ring_mask;
    public uint ring_entries;
    public uint overflow;
    public uint cqes;
    public uint flags;
    public uint resv1;
    public ulong user_addr;
}
