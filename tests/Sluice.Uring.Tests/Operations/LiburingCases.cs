using Sluice.Uring.Tests.Support;

namespace Sluice.Uring.Tests.Operations;

/// <summary>Each preparation beside what liburing calls the same.</summary>
internal static class LiburingCases
{
    private const nint A = 0x1000;
    private const nint B = 0x2000;
    private const nint C = 0x3000;

    /// <summary>Our call and liburing's, with the same arguments.</summary>
    public static readonly (Prepare Ours, string Theirs)[] All =
    [
        .. Sockets(), .. Transfers(), .. Files(), .. Paths(), .. Others(), .. Controls(),
    ];

    private static (Prepare Ours, string Theirs)[] Sockets() =>
    [
        (s => s.PrepareSocket(2, 1, 6, DescriptorFlags.None), "socket(sqe, 2, 1, 6, 0)"),
        (s => s.PrepareSocket(2, 1), "socket(sqe, 2, 1 | SOCK_CLOEXEC, 0, 0)"),
        (s => s.PrepareSocketDirect(2, 1, 6, 7), "socket_direct(sqe, 2, 1, 6, 7, 0)"),
        (s => s.PrepareSocketDirect(2, 1, 6), "socket_direct_alloc(sqe, 2, 1, 6, 0)"),
        (s => s.PrepareBind(5, A, 16), "bind(sqe, 5, A, 16)"),
        (s => s.PrepareListen(5, 99), "listen(sqe, 5, 99)"),
        (s => s.PrepareConnect(5, A, 16), "connect(sqe, 5, A, 16)"),
        (s => s.PrepareAccept(5, A, B, DescriptorFlags.NonBlocking),
            "accept(sqe, 5, A, B, SOCK_NONBLOCK)"),
        (s => s.PrepareAccept(5), "accept(sqe, 5, NULL, NULL, SOCK_CLOEXEC)"),
        (s => s.PrepareAcceptDirect(5, A, B, 3), "accept_direct(sqe, 5, A, B, 0, 3)"),
        (s => s.PrepareAcceptDirect(5, A, B),
            "accept_direct(sqe, 5, A, B, 0, ALLOC)"),
        (s => s.PrepareAcceptMultishot(5),
            "multishot_accept(sqe, 5, NULL, NULL, SOCK_CLOEXEC)"),
        (s => s.PrepareAcceptMultishotDirect(5),
            "multishot_accept_direct(sqe, 5, NULL, NULL, 0)"),
        (s => s.PrepareShutdown(5, 1), "shutdown(sqe, 5, 1)"),
        (s => s.PrepareClose(5), "close(sqe, 5)"),
        (s => s.PrepareCloseDirect(5), "close_direct(sqe, 5)"),
        (s => s.PrepareBytesReceivable(5), "cmd_sock(sqe, 0, 5, 0, 0, NULL, 0)"),
        (s => s.PrepareBytesUnacknowledged(5), "cmd_sock(sqe, 1, 5, 0, 0, NULL, 0)"),
        (s => s.PrepareGetSocketOption(5, 1, 3, A, 4), "cmd_sock(sqe, 2, 5, 1, 3, A, 4)"),
        (s => s.PrepareSetSocketOption(5, 1, 3, A, 4), "cmd_sock(sqe, 3, 5, 1, 3, A, 4)"),
    ];

    private static (Prepare Ours, string Theirs)[] Transfers() =>
    [
        (s => s.PrepareSend(5, A, 100, MessageFlags.More), "send(sqe, 5, A, 100, MSG_MORE)"),
        (s => s.PrepareSendTo(5, A, 100, B, 16, MessageFlags.More),
            "sendto(sqe, 5, A, 100, MSG_MORE, B, 16)"),
        (s => s.PrepareSendMessage(5, A, MessageFlags.More), "sendmsg(sqe, 5, A, MSG_MORE)"),
        (s => s.PrepareSendZeroCopy(5, A, 100, MessageFlags.More, TransferOptions.PollFirst),
            "send_zc(sqe, 5, A, 100, MSG_MORE, IORING_RECVSEND_POLL_FIRST)"),
        (s => s.PrepareSendZeroCopyFixed(5, A, 100, 7, MessageFlags.More),
            "send_zc_fixed(sqe, 5, A, 100, MSG_MORE, 0, 7)"),
        (s => s.PrepareSendMessageZeroCopy(5, A, MessageFlags.More),
            "sendmsg_zc(sqe, 5, A, MSG_MORE)"),
        (s => s.PrepareSendMessageZeroCopyFixed(5, A, 7, MessageFlags.More),
            "sendmsg_zc_fixed(sqe, 5, A, MSG_MORE, 7)"),
        (s => s.PrepareSendBundle(5, 9, 100, MessageFlags.More),
            "send_bundle(sqe, 5, 100, MSG_MORE); " + Selected),
        (s => s.PrepareReceive(5, A, 100, MessageFlags.Peek), "recv(sqe, 5, A, 100, MSG_PEEK)"),
        (s => s.PrepareReceiveSelect(5, 9, 100, MessageFlags.Peek),
            "recv(sqe, 5, NULL, 100, MSG_PEEK); " + Selected),
        (s => s.PrepareReceiveMultishot(5, 9, MessageFlags.Peek),
            "recv_multishot(sqe, 5, NULL, 0, MSG_PEEK); " + Selected),
        (s => s.PrepareReceiveMessage(5, A, MessageFlags.Peek),
            "recvmsg(sqe, 5, A, MSG_PEEK)"),
        (s => s.PrepareReceiveMessageMultishot(5, A, 9, MessageFlags.Peek),
            "recvmsg_multishot(sqe, 5, A, MSG_PEEK); " + Selected),
    ];

    private const string Selected = "sqe->flags |= IOSQE_BUFFER_SELECT; sqe->buf_group = 9";

    private static (Prepare Ours, string Theirs)[] Files() =>
    [
        (s => s.PrepareRead(5, A, 100, 200), "read(sqe, 5, A, 100, 200)"),
        (s => s.PrepareWrite(5, A, 100, FileOperations.CurrentPosition),
            "write(sqe, 5, A, 100, -1)"),
        (s => s.PrepareReadVector(5, A, 3, 200), "readv(sqe, 5, A, 3, 200)"),
        (s => s.PrepareReadVector(5, A, 3, 200, ReadWriteFlags.NoWait),
            "readv2(sqe, 5, A, 3, 200, RWF_NOWAIT)"),
        (s => s.PrepareWriteVector(5, A, 3, 200), "writev(sqe, 5, A, 3, 200)"),
        (s => s.PrepareWriteVector(5, A, 3, 200, ReadWriteFlags.Append),
            "writev2(sqe, 5, A, 3, 200, RWF_APPEND)"),
        (s => s.PrepareReadFixed(5, A, 100, 200, 7), "read_fixed(sqe, 5, A, 100, 200, 7)"),
        (s => s.PrepareWriteFixed(5, A, 100, 200, 7), "write_fixed(sqe, 5, A, 100, 200, 7)"),
        (s => s.PrepareReadVectorFixed(5, A, 3, 200, 7, ReadWriteFlags.NoWait),
            "readv_fixed(sqe, 5, A, 3, 200, RWF_NOWAIT, 7)"),
        (s => s.PrepareWriteVectorFixed(5, A, 3, 200, 7, ReadWriteFlags.Append),
            "writev_fixed(sqe, 5, A, 3, 200, RWF_APPEND, 7)"),
        (s => s.PrepareReadMultishot(5, 9, 100, 200), "read_multishot(sqe, 5, 100, 200, 9)"),
        (s => s.PrepareFileSync(5), "fsync(sqe, 5, 0)"),
        (s => s.PrepareFileSync(5, dataOnly: true), "fsync(sqe, 5, IORING_FSYNC_DATASYNC)"),
        (s => s.PrepareSyncFileRange(5, 200, 100, 3), "sync_file_range(sqe, 5, 100, 200, 3)"),
        (s => s.PrepareAllocate(5, 1, 200, 100), "fallocate(sqe, 5, 1, 200, 100)"),
        (s => s.PrepareTruncate(5, 100), "ftruncate(sqe, 5, 100)"),
        (s => s.PrepareFileAdvise(5, 200, 100, FileAdvice.WillNeed),
            "fadvise(sqe, 5, 200, 100, 3)"),
        (s => s.PrepareMemoryAdvise(A, 100, 4), "madvise(sqe, A, 100, 4)"),
        (s => s.PrepareFilesUpdate(A, 3, 7), "files_update(sqe, A, 3, 7)"),
        (s => s.PrepareFilesUpdate(A, 3, DirectDescriptor.Allocate),
            "files_update(sqe, A, 3, IORING_FILE_INDEX_ALLOC)"),
        (s => s.PrepareInstallDescriptor(5, inheritable: true),
            "fixed_fd_install(sqe, 5, 1)"),
        (s => s.PrepareSplice(5, 200, 6, 300, 100, SpliceFlags.Move),
            "splice(sqe, 5, 200, 6, 300, 100, 1)"),
        (s => s.PrepareTee(5, 6, 100, SpliceFlags.NonBlocking), "tee(sqe, 5, 6, 100, 2)"),
        (s => s.PreparePipe(A), "pipe(sqe, A, O_CLOEXEC)"),
        (s => s.PreparePipeDirect(A, 7), "pipe_direct(sqe, A, 0, 7)"),
        (s => s.PreparePipeDirect(A), "pipe_direct(sqe, A, 0, ALLOC)"),
    ];

    private static (Prepare Ours, string Theirs)[] Paths() =>
    [
        (s => s.PrepareOpen(5, A, 0x42, 0x1a4), "openat(sqe, 5, A, 0x42, 0x1a4)"),
        (s => s.PrepareOpenDirect(5, A, 0x42, 0x1a4, 7),
            "openat_direct(sqe, 5, A, 0x42, 0x1a4, 7)"),
        (s => s.PrepareOpenDirect(5, A, 0x42, 0x1a4),
            "openat_direct(sqe, 5, A, 0x42, 0x1a4, ALLOC)"),
        (s => s.PrepareOpenHow(5, A, B), "openat2(sqe, 5, A, B)"),
        (s => s.PrepareOpenHowDirect(5, A, B, 7), "openat2_direct(sqe, 5, A, B, 7)"),
        (s => s.PrepareStatx(5, A, 0x100, 0x7ff, B), "statx(sqe, 5, A, 0x100, 0x7ff, B)"),
        (s => s.PrepareRename(5, A, 6, B, 1), "renameat(sqe, 5, A, 6, B, 1)"),
        (s => s.PrepareUnlink(5, A, 0x200), "unlinkat(sqe, 5, A, 0x200)"),
        (s => s.PrepareMakeDirectory(5, A, 0x1c0), "mkdirat(sqe, 5, A, 0x1c0)"),
        (s => s.PrepareSymbolicLink(A, 5, B), "symlinkat(sqe, A, 5, B)"),
        (s => s.PrepareLink(5, A, 6, B, 0x400), "linkat(sqe, 5, A, 6, B, 0x400)"),
        (s => s.PrepareGetExtendedAttribute(A, B, C, 100), "getxattr(sqe, B, C, A, 100)"),
        (s => s.PrepareSetExtendedAttribute(A, B, C, 100, 2),
            "setxattr(sqe, B, C, A, 2, 100)"),
        (s => s.PrepareGetExtendedAttribute(5, B, C, 100), "fgetxattr(sqe, 5, B, C, 100)"),
        (s => s.PrepareSetExtendedAttribute(5, B, C, 100, 2),
            "fsetxattr(sqe, 5, B, C, 2, 100)"),
    ];

    private static (Prepare Ours, string Theirs)[] Others() =>
    [
        (s => s.PrepareNop(), "nop(sqe)"),
        (s => s.PreparePollAdd(5, PollEvents.Readable | PollEvents.ReadHangUp),
            "poll_add(sqe, 5, 0x2001)"),
        (s => s.PreparePollMultishot(5, PollEvents.Readable), "poll_multishot(sqe, 5, 1)"),
        (s => s.PreparePollRemove(77), "poll_remove(sqe, 77)"),
        (s => s.PreparePollUpdate(77, PollEvents.Writable),
            "poll_update(sqe, 77, 0, 4, IORING_POLL_UPDATE_EVENTS)"),
        (s => s.PreparePollUpdateUserData(77, 88),
            "poll_update(sqe, 77, 88, 0, IORING_POLL_UPDATE_USER_DATA)"),
        (s => s.PrepareTimeout(A, 3, TimeoutFlags.Absolute),
            "timeout(sqe, A, 3, IORING_TIMEOUT_ABS)"),
        (s => s.PrepareTimeoutRemove(77), "timeout_remove(sqe, 77, 0)"),
        (s => s.PrepareTimeoutUpdate(77, A, TimeoutFlags.Absolute),
            "timeout_update(sqe, A, 77, IORING_TIMEOUT_ABS)"),
        (s => s.PrepareLinkTimeoutUpdate(77, A),
            "timeout_update(sqe, A, 77, IORING_LINK_TIMEOUT_UPDATE)"),
        (s => s.PrepareLinkTimeout(A, TimeoutFlags.BootTime),
            "link_timeout(sqe, A, IORING_TIMEOUT_BOOTTIME)"),
        (s => s.PrepareCancel(77), "cancel64(sqe, 77, 0)"),
        (s => s.PrepareCancel(77, CancelOptions.All),
            "cancel64(sqe, 77, IORING_ASYNC_CANCEL_ALL)"),
        (s => s.PrepareCancelDescriptor(5), "cancel_fd(sqe, 5, 0)"),
        (s => s.PrepareCancelDescriptor(5, CancelOptions.DirectDescriptor),
            "cancel_fd(sqe, 5, IORING_ASYNC_CANCEL_FD_FIXED)"),
        (s => s.PrepareCancelAny(),
            "cancel64(sqe, 0, IORING_ASYNC_CANCEL_ANY | IORING_ASYNC_CANCEL_ALL)"),
    ];

    private static (Prepare Ours, string Theirs)[] Controls() =>
    [
        (s => s.PrepareMessageRing(5, 42, 77), "msg_ring(sqe, 5, 42, 77, 0)"),
        (s => s.PrepareMessageRingWithFlags(5, 42, 77, CompletionFlags.More),
            "msg_ring_cqe_flags(sqe, 5, 42, 77, 0, 2)"),
        (s => s.PrepareMessageRingDescriptor(5, 3, 4, 77, skipCompletion: true),
            "msg_ring_fd(sqe, 5, 3, 4, 77, 1)"),
        (s => s.PrepareMessageRingDescriptor(5, 3, DirectDescriptor.Allocate, 77),
            "msg_ring_fd_alloc(sqe, 5, 3, 77, 0)"),
        (s => s.PrepareFutexWait(A, 7), "futex_wait(sqe, A, 7, 0xffffffffull, 2, 0)"),
        (s => s.PrepareFutexWake(A, 7, FutexFlags.Size32 | FutexFlags.Private, 1),
            "futex_wake(sqe, A, 7, 1, 130, 0)"),
        (s => s.PrepareFutexWaitVector(A, 3), "futex_waitv(sqe, A, 3, 0)"),
        (s => s.PrepareProvideBuffers(A, 100, 8, 9, 7),
            "provide_buffers(sqe, A, 100, 8, 9, 7)"),
        (s => s.PrepareRemoveBuffers(8, 9), "remove_buffers(sqe, 8, 9)"),
        (s => s.PrepareEpollControl(5, 6, EpollChange.Modify, A),
            "epoll_ctl(sqe, 5, 6, EPOLL_CTL_MOD, A)"),
        (s => s.PrepareEpollWait(5, A, 8), "epoll_wait(sqe, 5, A, 8, 0)"),
        (s => s.PrepareWaitId(ProcessIdKind.Process, 99, 4, A),
            "waitid(sqe, P_PID, 99, A, WEXITED, 0)"),
    ];
}
