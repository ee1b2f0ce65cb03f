namespace Sluice.Uring.Interop;

/// <summary>The kernel's <c>struct io_uring_clone_buffers</c>.</summary>
internal struct io_uring_clone_buffers
{
    public uint src_fd;
    public uint flags;
    public uint src_off;
    public uint dst_off;
    public uint nr;
    public unsafe fixed uint pad[3];
}
