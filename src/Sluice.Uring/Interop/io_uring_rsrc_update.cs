namespace Sluice.Uring.Interop;

/// <summary>The kernel's <c>struct io_uring_rsrc_update</c>.</summary>
internal struct io_uring_rsrc_update
{
    public uint offset;
    public uint resv;
    public ulong data;
}
