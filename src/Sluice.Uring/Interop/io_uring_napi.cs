namespace Sluice.Uring.Interop;

/// <summary>The kernel's <c>struct io_uring_napi</c>.</summary>
internal struct io_uring_napi
{
    public uint busy_poll_to;
    public byte prefer_busy_poll;
    public byte opcode;
    public unsafe fixed byte pad[2];
    public uint op_param;
    public uint resv;
}
