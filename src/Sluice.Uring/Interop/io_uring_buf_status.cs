namespace Sluice.Uring.Interop;

/// <summary>The kernel's <c>struct io_uring_buf_status</c>.</summary>
internal struct io_uring_buf_status
{
    public uint buf_group;
    public uint head;
    public unsafe fixed uint resv[8];
}
