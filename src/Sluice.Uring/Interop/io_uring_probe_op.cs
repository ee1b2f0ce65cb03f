namespace Sluice.Uring.Interop;

/// <summary>The kernel's <c>struct io_uring_probe_op</c>.</summary>
internal struct io_uring_probe_op
{
    public byte op;
    public byte resv;
    public ushort flags;
    public uint resv2;
}
