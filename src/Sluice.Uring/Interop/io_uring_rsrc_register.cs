namespace Sluice.Uring.Interop;

/// <summary>The kernel's <c>struct io_uring_rsrc_register</c>.</summary>
internal struct io_uring_rsrc_register
{
    public uint nr;
    public uint flags;
    public ulong resv2;
    public ulong data;
    public ulong tags;
}
