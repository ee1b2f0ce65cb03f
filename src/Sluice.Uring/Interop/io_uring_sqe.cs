using System.Runtime.InteropServices;

namespace Sluice.Uring.Interop;

/// <summary>
/// The kernel's <c>struct io_uring_sqe</c>: 64 bytes, several fields with two names.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 64)]
internal struct io_uring_sqe
{
    [FieldOffset(0)] public byte opcode;
    [FieldOffset(1)] public byte flags;
    [FieldOffset(2)] public ushort ioprio;
    [FieldOffset(4)] public int fd;
    [FieldOffset(8)] public ulong off;
    [FieldOffset(8)] public ulong addr2;
    [FieldOffset(8)] public uint cmd_op;
    [FieldOffset(16)] public ulong addr;
    [FieldOffset(16)] public ulong splice_off_in;
    [FieldOffset(16)] public uint level;
    [FieldOffset(20)] public uint optname;
    [FieldOffset(24)] public uint len;
    [FieldOffset(28)] public uint rw_flags;
    [FieldOffset(28)] public uint msg_flags;
    [FieldOffset(28)] public uint poll32_events;
    [FieldOffset(28)] public uint op_flags;
    [FieldOffset(32)] public ulong user_data;
    [FieldOffset(40)] public ushort buf_index;
    [FieldOffset(40)] public ushort buf_group;
    [FieldOffset(42)] public ushort personality;
    [FieldOffset(44)] public int splice_fd_in;
    [FieldOffset(44)] public uint file_index;
    [FieldOffset(44)] public uint optlen;
    [FieldOffset(44)] public ushort addr_len;
    [FieldOffset(48)] public ulong addr3;
    [FieldOffset(48)] public ulong optval;
    [FieldOffset(56)] public ulong pad2;
}
