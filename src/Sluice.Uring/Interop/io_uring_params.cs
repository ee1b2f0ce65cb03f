namespace Sluice.Uring.Interop;

/// <summary>The kernel's <c>struct io_uring_params</c>.</summary>
internal struct io_uring_params
{
    public uint sq_entries;
    public uint cq_entries;
    public uint flags;
    public uint sq_thread_cpu;
    public uint sq_thread_idle;
    public uint features;
    public uint wq_fd;
    public uint resv0;
    public uint resv1;
    public uint resv2;
    public io_sqring_offsets sq_off;
    public io_cqring_offsets cq_off;
}
