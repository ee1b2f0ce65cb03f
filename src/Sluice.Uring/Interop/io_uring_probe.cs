namespace Sluice.Uring.Interop;

/// <summary>
/// The kernel's <c>struct io_uring_probe</c>, without the array of
/// <see cref="io_uring_probe_op"/> that follows it.
/// </summary>
internal struct io_uring_probe
{
    public byte last_op;
    public byte ops_len;
    public ushort resv;
    public unsafe fixed uint resv2[3];
}
