namespace Sluice.Uring.Interop;

/// <summary>The kernel's <c>struct io_uring_clock_register</c>.</summary>
internal struct io_uring_clock_register
{
    public uint clockid;
    public unsafe fixed uint resv[3];
}
