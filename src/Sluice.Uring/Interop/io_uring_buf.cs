using System.Runtime.InteropServices;

namespace Sluice.Uring.Interop;

/// <summary>
/// The kernel's <c>struct io_uring_buf</c>. In entry 0 of a buffer ring the last field is the
/// ring's tail: an entry is therefore written field by field, never as a whole.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct io_uring_buf
{
    public ulong addr;
    public uint len;
    public ushort bid;
    public ushort resv_or_tail;
}
