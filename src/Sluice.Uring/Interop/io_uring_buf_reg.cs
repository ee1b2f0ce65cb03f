namespace Sluice.Uring.Interop;

/// <summary>The kernel's <c>struct io_uring_buf_reg</c> (IORING_REGISTER_PBUF_RING).</summary>
internal struct io_uring_buf_reg
{
    public ulong ring_addr;
    public uint ring_entries;
    public ushort bgid;
    public ushort flags;
    public ulong resv0;
    public ulong resv1;
    public ulong resv2;
}
