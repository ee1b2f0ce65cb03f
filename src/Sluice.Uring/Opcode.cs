namespace Sluice.Uring;

/// <summary>
/// The operations of io_uring, by the numbers of <c>enum io_uring_op</c>. Which of them the running
/// kernel offers is asked with <see cref="Ring.Probe"/>; a number is never a promise.
/// </summary>
public enum Opcode : byte
{
    /// <summary><c>IORING_OP_NOP</c>.</summary>
    Nop = 0,

    /// <summary><c>IORING_OP_READV</c>.</summary>
    ReadVector = 1,

    /// <summary><c>IORING_OP_WRITEV</c>.</summary>
    WriteVector = 2,

    /// <summary><c>IORING_OP_FSYNC</c>.</summary>
    FileSync = 3,

    /// <summary><c>IORING_OP_READ_FIXED</c>.</summary>
    ReadFixed = 4,

    /// <summary><c>IORING_OP_WRITE_FIXED</c>.</summary>
    WriteFixed = 5,

    /// <summary><c>IORING_OP_POLL_ADD</c>.</summary>
    PollAdd = 6,

    /// <summary><c>IORING_OP_POLL_REMOVE</c>.</summary>
    PollRemove = 7,

    /// <summary><c>IORING_OP_SYNC_FILE_RANGE</c>.</summary>
    SyncFileRange = 8,

    /// <summary><c>IORING_OP_SENDMSG</c>.</summary>
    SendMessage = 9,

    /// <summary><c>IORING_OP_RECVMSG</c>.</summary>
    ReceiveMessage = 10,

    /// <summary><c>IORING_OP_TIMEOUT</c>.</summary>
    Timeout = 11,

    /// <summary><c>IORING_OP_TIMEOUT_REMOVE</c>.</summary>
    TimeoutRemove = 12,

    /// <summary><c>IORING_OP_ACCEPT</c>.</summary>
    Accept = 13,

    /// <summary><c>IORING_OP_ASYNC_CANCEL</c>.</summary>
    Cancel = 14,

    /// <summary><c>IORING_OP_LINK_TIMEOUT</c>.</summary>
    LinkTimeout = 15,

    /// <summary><c>IORING_OP_CONNECT</c>.</summary>
    Connect = 16,

    /// <summary><c>IORING_OP_FALLOCATE</c>.</summary>
    Allocate = 17,

    /// <summary><c>IORING_OP_OPENAT</c>.</summary>
    OpenAt = 18,

    /// <summary><c>IORING_OP_CLOSE</c>.</summary>
    Close = 19,

    /// <summary><c>IORING_OP_FILES_UPDATE</c>.</summary>
    FilesUpdate = 20,

    /// <summary><c>IORING_OP_STATX</c>.</summary>
    Statx = 21,

    /// <summary><c>IORING_OP_READ</c>.</summary>
    Read = 22,

    /// <summary><c>IORING_OP_WRITE</c>.</summary>
    Write = 23,

    /// <summary><c>IORING_OP_FADVISE</c>.</summary>
    FileAdvise = 24,

    /// <summary><c>IORING_OP_MADVISE</c>.</summary>
    MemoryAdvise = 25,

    /// <summary><c>IORING_OP_SEND</c>.</summary>
    Send = 26,

    /// <summary><c>IORING_OP_RECV</c>.</summary>
    Receive = 27,

    /// <summary><c>IORING_OP_OPENAT2</c>.</summary>
    OpenAt2 = 28,

    /// <summary><c>IORING_OP_EPOLL_CTL</c>.</summary>
    EpollControl = 29,

    /// <summary><c>IORING_OP_SPLICE</c>.</summary>
    Splice = 30,

    /// <summary><c>IORING_OP_PROVIDE_BUFFERS</c>.</summary>
    ProvideBuffers = 31,

    /// <summary><c>IORING_OP_REMOVE_BUFFERS</c>.</summary>
    RemoveBuffers = 32,

    /// <summary><c>IORING_OP_TEE</c>.</summary>
    Tee = 33,

    /// <summary><c>IORING_OP_SHUTDOWN</c>.</summary>
    Shutdown = 34,

    /// <summary><c>IORING_OP_RENAMEAT</c>.</summary>
    RenameAt = 35,

    /// <summary><c>IORING_OP_UNLINKAT</c>.</summary>
    UnlinkAt = 36,

    /// <summary><c>IORING_OP_MKDIRAT</c>.</summary>
    MakeDirectoryAt = 37,

    /// <summary><c>IORING_OP_SYMLINKAT</c>.</summary>
    SymbolicLinkAt = 38,

    /// <summary><c>IORING_OP_LINKAT</c>.</summary>
    LinkAt = 39,

    /// <summary><c>IORING_OP_MSG_RING</c>.</summary>
    MessageRing = 40,

    /// <summary><c>IORING_OP_FSETXATTR</c>.</summary>
    SetExtendedAttributeFd = 41,

    /// <summary><c>IORING_OP_SETXATTR</c>.</summary>
    SetExtendedAttribute = 42,

    /// <summary><c>IORING_OP_FGETXATTR</c>.</summary>
    GetExtendedAttributeFd = 43,

    /// <summary><c>IORING_OP_GETXATTR</c>.</summary>
    GetExtendedAttribute = 44,

    /// <summary><c>IORING_OP_SOCKET</c>.</summary>
    Socket = 45,

    /// <summary><c>IORING_OP_URING_CMD</c>.</summary>
    Command = 46,

    /// <summary><c>IORING_OP_SEND_ZC</c>.</summary>
    SendZeroCopy = 47,

    /// <summary><c>IORING_OP_SENDMSG_ZC</c>.</summary>
    SendMessageZeroCopy = 48,

    /// <summary><c>IORING_OP_READ_MULTISHOT</c>.</summary>
    ReadMultishot = 49,

    /// <summary><c>IORING_OP_WAITID</c>.</summary>
    WaitId = 50,

    /// <summary><c>IORING_OP_FUTEX_WAIT</c>.</summary>
    FutexWait = 51,

    /// <summary><c>IORING_OP_FUTEX_WAKE</c>.</summary>
    FutexWake = 52,

    /// <summary><c>IORING_OP_FUTEX_WAITV</c>.</summary>
    FutexWaitVector = 53,

    /// <summary><c>IORING_OP_FIXED_FD_INSTALL</c>.</summary>
    InstallFixedDescriptor = 54,

    /// <summary><c>IORING_OP_FTRUNCATE</c>.</summary>
    Truncate = 55,

    /// <summary><c>IORING_OP_BIND</c>.</summary>
    Bind = 56,

    /// <summary><c>IORING_OP_LISTEN</c>.</summary>
    Listen = 57,

    /// <summary><c>IORING_OP_RECV_ZC</c>.</summary>
    ReceiveZeroCopy = 58,

    /// <summary><c>IORING_OP_EPOLL_WAIT</c>.</summary>
    EpollWait = 59,

    /// <summary><c>IORING_OP_READV_FIXED</c>.</summary>
    ReadVectorFixed = 60,

    /// <summary><c>IORING_OP_WRITEV_FIXED</c>.</summary>
    WriteVectorFixed = 61,

    /// <summary><c>IORING_OP_PIPE</c>.</summary>
    Pipe = 62,

    /// <summary><c>IORING_OP_NOP128</c>.</summary>
    Nop128 = 63,

    /// <summary><c>IORING_OP_URING_CMD128</c>.</summary>
    Command128 = 64,
}
