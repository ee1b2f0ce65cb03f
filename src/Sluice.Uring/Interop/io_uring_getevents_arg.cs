namespace Sluice.Uring.Interop;

/// <summary>The kernel's <c>struct io_uring_getevents_arg</c> (IORING_ENTER_EXT_ARG).</summary>
internal struct io_uring_getevents_arg
{
    public ulong sigmask;
    public uint sigmask_sz;
    public uint min_wait_usec;
    public ulong ts;
}
