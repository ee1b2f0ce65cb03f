namespace Sluice.Uring.Interop;

/// <summary>The kernel's <c>struct io_uring_rsrc_update2</c>.</summary>
internal struct io_uring_rsrc_update2
{
    public uint offset;
    public uint resv;
    public ulong data;
    public ulong tags;
    public uint nr;
    public uint resv2;
}
