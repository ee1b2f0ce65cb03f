namespace Sluice.Uring.Interop;

/// <summary>
/// The numbers of <c>linux/io_uring.h</c> that the ring itself uses. Tests compare each with the
/// system's own header, and newer ones by their effect.
/// </summary>
internal static class IoUringConstants
{
    public const uint IORING_FEAT_SINGLE_MMAP = 1u << 0;

    public const long IORING_OFF_SQ_RING = 0;
    public const long IORING_OFF_SQES = 0x10000000;

    public const uint IORING_SQ_NEED_WAKEUP = 1u << 0;
    public const uint IORING_SQ_CQ_OVERFLOW = 1u << 1;
    public const uint IORING_SQ_TASKRUN = 1u << 2;

    public const uint IORING_CQ_EVENTFD_DISABLED = 1u << 0;

    public const uint IORING_ENTER_GETEVENTS = 1u << 0;
    public const uint IORING_ENTER_SQ_WAKEUP = 1u << 1;
    public const uint IORING_ENTER_SQ_WAIT = 1u << 2;
    public const uint IORING_ENTER_EXT_ARG = 1u << 3;
    public const uint IORING_ENTER_REGISTERED_RING = 1u << 4;

    public const uint IORING_REGISTER_BUFFERS = 0;
    public const uint IORING_UNREGISTER_BUFFERS = 1;
    public const uint IORING_REGISTER_FILES = 2;
    public const uint IORING_UNREGISTER_FILES = 3;
    public const uint IORING_REGISTER_EVENTFD = 4;
    public const uint IORING_UNREGISTER_EVENTFD = 5;
    public const uint IORING_REGISTER_FILES_UPDATE = 6;
    public const uint IORING_REGISTER_EVENTFD_ASYNC = 7;
    public const uint IORING_REGISTER_PROBE = 8;
    public const uint IORING_REGISTER_PERSONALITY = 9;
    public const uint IORING_UNREGISTER_PERSONALITY = 10;
    public const uint IORING_REGISTER_RESTRICTIONS = 11;
    public const uint IORING_REGISTER_ENABLE_RINGS = 12;
    public const uint IORING_REGISTER_FILES2 = 13;
    public const uint IORING_REGISTER_FILES_UPDATE2 = 14;
    public const uint IORING_REGISTER_BUFFERS2 = 15;
    public const uint IORING_REGISTER_BUFFERS_UPDATE = 16;
    public const uint IORING_REGISTER_IOWQ_AFF = 17;
    public const uint IORING_UNREGISTER_IOWQ_AFF = 18;
    public const uint IORING_REGISTER_IOWQ_MAX_WORKERS = 19;
    public const uint IORING_REGISTER_RING_FDS = 20;
    public const uint IORING_UNREGISTER_RING_FDS = 21;
    public const uint IORING_REGISTER_PBUF_RING = 22;
    public const uint IORING_UNREGISTER_PBUF_RING = 23;
    public const uint IORING_REGISTER_SYNC_CANCEL = 24;
    public const uint IORING_REGISTER_FILE_ALLOC_RANGE = 25;
    public const uint IORING_REGISTER_PBUF_STATUS = 26;
    public const uint IORING_REGISTER_NAPI = 27;
    public const uint IORING_UNREGISTER_NAPI = 28;
    public const uint IORING_REGISTER_CLOCK = 29;
    public const uint IORING_REGISTER_CLONE_BUFFERS = 30;
    public const uint IORING_REGISTER_SEND_MSG_RING = 31;
    public const uint IORING_REGISTER_RESIZE_RINGS = 33;

    public const uint IORING_ASYNC_CANCEL_ALL = 1u << 0;
    public const uint IORING_ASYNC_CANCEL_FD = 1u << 1;
    public const uint IORING_ASYNC_CANCEL_ANY = 1u << 2;
    public const uint IORING_ASYNC_CANCEL_FD_FIXED = 1u << 3;
    public const uint IORING_ASYNC_CANCEL_USERDATA = 1u << 4;
    public const uint IORING_ASYNC_CANCEL_OP = 1u << 5;

    public const ushort IORING_RECVSEND_POLL_FIRST = 1 << 0;
    public const ushort IORING_RECV_MULTISHOT = 1 << 1;
    public const ushort IORING_RECVSEND_FIXED_BUF = 1 << 2;
    public const ushort IORING_SEND_ZC_REPORT_USAGE = 1 << 3;
    public const ushort IORING_RECVSEND_BUNDLE = 1 << 4;
    public const ushort IORING_SEND_VECTORIZED = 1 << 5;

    public const ushort IORING_ACCEPT_MULTISHOT = 1 << 0;
    public const ushort IORING_ACCEPT_DONTWAIT = 1 << 1;
    public const ushort IORING_ACCEPT_POLL_FIRST = 1 << 2;

    public const uint IORING_POLL_ADD_MULTI = 1u << 0;
    public const uint IORING_POLL_UPDATE_EVENTS = 1u << 1;
    public const uint IORING_POLL_UPDATE_USER_DATA = 1u << 2;

    public const uint IORING_TIMEOUT_UPDATE = 1u << 1;
    public const uint IORING_LINK_TIMEOUT_UPDATE = 1u << 4;

    public const ulong IORING_MSG_DATA = 0;
    public const ulong IORING_MSG_SEND_FD = 1;
    public const uint IORING_MSG_RING_CQE_SKIP = 1u << 0;
    public const uint IORING_MSG_RING_FLAGS_PASS = 1u << 1;

    public const uint IORING_NOP_INJECT_RESULT = 1u << 0;

    public const uint IORING_FSYNC_DATASYNC = 1u << 0;

    public const uint IORING_FIXED_FD_NO_CLOEXEC = 1u << 0;

    public const uint SOCKET_URING_OP_SIOCINQ = 0;
    public const uint SOCKET_URING_OP_SIOCOUTQ = 1;
    public const uint SOCKET_URING_OP_GETSOCKOPT = 2;
    public const uint SOCKET_URING_OP_SETSOCKOPT = 3;

    public const uint IORING_RSRC_REGISTER_SPARSE = 1u << 0;
    public const uint IORING_REGISTER_DST_REPLACE = 1u << 1;

    public const ushort IO_URING_OP_SUPPORTED = 1 << 0;

    public const ushort IOU_PBUF_RING_MMAP = 1;
    public const ushort IOU_PBUF_RING_INC = 2;
}
