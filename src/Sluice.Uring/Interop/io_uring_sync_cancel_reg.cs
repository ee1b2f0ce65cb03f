namespace Sluice.Uring.Interop;

/// <summary>The kernel's <c>struct io_uring_sync_cancel_reg</c>.</summary>
internal struct io_uring_sync_cancel_reg
{
    public ulong addr;
    public int fd;
    public uint flags;
    public __kernel_timespec timeout;
    public byte opcode;
    public unsafe fixed byte pad[7];
    public unsafe fixed ulong pad2[3];
}
