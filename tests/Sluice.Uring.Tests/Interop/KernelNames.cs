using System.Globalization;

namespace Sluice.Uring.Tests.Interop;

/// <summary>What the kernel and the C library call the members of our public enums.</summary>
internal static class KernelNames
{
    /// <summary>
    /// Names that the headers of Linux 6.1 and Debian 12 do not have: tested by their effect.
    /// </summary>
    public static readonly HashSet<string> Newer =
    [
        "FUTEX2_PRIVATE", "FUTEX2_SIZE_U32",
        "IORING_ACCEPT_DONTWAIT", "IORING_ACCEPT_POLL_FIRST",
        "IORING_ASYNC_CANCEL_OP", "IORING_ASYNC_CANCEL_USERDATA",
        "IORING_CQE_F_BUF_MORE", "IORING_CQE_F_SKIP",
        "IORING_FEAT_MIN_TIMEOUT", "IORING_FEAT_NO_IOWAIT", "IORING_FEAT_RECVSEND_BUNDLE",
        "IORING_FEAT_REG_REG_RING", "IORING_FEAT_RW_ATTR",
        "IORING_FIXED_FD_NO_CLOEXEC", "IORING_MSG_RING_FLAGS_PASS", "IORING_NOP_INJECT_RESULT",
        "IORING_OP_BIND", "IORING_OP_EPOLL_WAIT", "IORING_OP_FIXED_FD_INSTALL",
        "IORING_OP_FTRUNCATE", "IORING_OP_FUTEX_WAIT", "IORING_OP_FUTEX_WAITV",
        "IORING_OP_FUTEX_WAKE", "IORING_OP_LISTEN", "IORING_OP_NOP128", "IORING_OP_PIPE",
        "IORING_OP_READV_FIXED", "IORING_OP_READ_MULTISHOT", "IORING_OP_RECV_ZC",
        "IORING_OP_URING_CMD128", "IORING_OP_WAITID", "IORING_OP_WRITEV_FIXED",
        "IORING_RECVSEND_BUNDLE", "IORING_REGISTER_CLOCK", "IORING_REGISTER_CLONE_BUFFERS",
        "IORING_REGISTER_DST_REPLACE", "IORING_REGISTER_NAPI", "IORING_REGISTER_PBUF_STATUS",
        "IORING_REGISTER_RESIZE_RINGS", "IORING_REGISTER_SEND_MSG_RING",
        "IORING_SEND_VECTORIZED", "IORING_SEND_ZC_REPORT_USAGE", "IORING_SETUP_NO_SQARRAY",
        "IORING_TIMEOUT_MULTISHOT", "IORING_UNREGISTER_NAPI", "IOU_PBUF_RING_INC",
        "IOU_PBUF_RING_MMAP", "SOCKET_URING_OP_GETSOCKOPT", "SOCKET_URING_OP_SETSOCKOPT",
        "SOCKET_URING_OP_SIOCINQ", "SOCKET_URING_OP_SIOCOUTQ",
    ];

    private static readonly (Enum Member, string Name)[] Table =
    [
        .. Opcodes(),
        (AcceptOptions.DoNotWait, "IORING_ACCEPT_DONTWAIT"),
        (AcceptOptions.PollFirst, "IORING_ACCEPT_POLL_FIRST"),
        (CancelOptions.All, "IORING_ASYNC_CANCEL_ALL"),
        (CancelOptions.DirectDescriptor, "IORING_ASYNC_CANCEL_FD_FIXED"),
        (CompletionFlags.Buffer, "IORING_CQE_F_BUFFER"),
        (CompletionFlags.More, "IORING_CQE_F_MORE"),
        (CompletionFlags.SocketNonEmpty, "IORING_CQE_F_SOCK_NONEMPTY"),
        (CompletionFlags.Notification, "IORING_CQE_F_NOTIF"),
        (CompletionFlags.BufferMore, "IORING_CQE_F_BUF_MORE"),
        (CompletionFlags.Skip, "IORING_CQE_F_SKIP"),
        (DescriptorFlags.NonBlocking, "SOCK_NONBLOCK"),
        (DescriptorFlags.CloseOnExec, "SOCK_CLOEXEC"),
        (DescriptorFlags.NonBlocking, "O_NONBLOCK"),
        (DescriptorFlags.CloseOnExec, "O_CLOEXEC"),
        (EpollChange.Add, "EPOLL_CTL_ADD"),
        (EpollChange.Delete, "EPOLL_CTL_DEL"),
        (EpollChange.Modify, "EPOLL_CTL_MOD"),
        (FileAdvice.Normal, "POSIX_FADV_NORMAL"),
        (FileAdvice.Random, "POSIX_FADV_RANDOM"),
        (FileAdvice.Sequential, "POSIX_FADV_SEQUENTIAL"),
        (FileAdvice.WillNeed, "POSIX_FADV_WILLNEED"),
        (FileAdvice.DoNotNeed, "POSIX_FADV_DONTNEED"),
        (FileAdvice.NoReuse, "POSIX_FADV_NOREUSE"),
        (FutexFlags.Size32, "FUTEX2_SIZE_U32"),
        (FutexFlags.Private, "FUTEX2_PRIVATE"),
        (MessageFlags.OutOfBand, "MSG_OOB"),
        (MessageFlags.Peek, "MSG_PEEK"),
        (MessageFlags.DoNotRoute, "MSG_DONTROUTE"),
        (MessageFlags.Truncate, "MSG_TRUNC"),
        (MessageFlags.DoNotWait, "MSG_DONTWAIT"),
        (MessageFlags.EndOfRecord, "MSG_EOR"),
        (MessageFlags.WaitAll, "MSG_WAITALL"),
        (MessageFlags.Confirm, "MSG_CONFIRM"),
        (MessageFlags.ErrorQueue, "MSG_ERRQUEUE"),
        (MessageFlags.NoSignal, "MSG_NOSIGNAL"),
        (MessageFlags.More, "MSG_MORE"),
        (MessageFlags.FastOpen, "MSG_FASTOPEN"),
        (MessageFlags.CloseOnExec, "MSG_CMSG_CLOEXEC"),
        (PollEvents.Readable, "POLLIN"),
        (PollEvents.Priority, "POLLPRI"),
        (PollEvents.Writable, "POLLOUT"),
        (PollEvents.Error, "POLLERR"),
        (PollEvents.HangUp, "POLLHUP"),
        (PollEvents.Invalid, "POLLNVAL"),
        (PollEvents.ReadHangUp, "POLLRDHUP"),
        (PollEvents.Exclusive, "EPOLLEXCLUSIVE"),
        (PollEvents.EdgeTriggered, "EPOLLET"),
        (ProcessIdKind.All, "P_ALL"),
        (ProcessIdKind.Process, "P_PID"),
        (ProcessIdKind.Group, "P_PGID"),
        (ProcessIdKind.Descriptor, "P_PIDFD"),
        (ReadWriteFlags.HighPriority, "RWF_HIPRI"),
        (ReadWriteFlags.DataSync, "RWF_DSYNC"),
        (ReadWriteFlags.Sync, "RWF_SYNC"),
        (ReadWriteFlags.NoWait, "RWF_NOWAIT"),
        (ReadWriteFlags.Append, "RWF_APPEND"),
        (RingClock.RealTime, "CLOCK_REALTIME"),
        (RingClock.Monotonic, "CLOCK_MONOTONIC"),
        (RingClock.BootTime, "CLOCK_BOOTTIME"),
        (RingFeatures.SingleMmap, "IORING_FEAT_SINGLE_MMAP"),
        (RingFeatures.NoDrop, "IORING_FEAT_NODROP"),
        (RingFeatures.SubmitStable, "IORING_FEAT_SUBMIT_STABLE"),
        (RingFeatures.CurrentPosition, "IORING_FEAT_RW_CUR_POS"),
        (RingFeatures.CurrentPersonality, "IORING_FEAT_CUR_PERSONALITY"),
        (RingFeatures.FastPoll, "IORING_FEAT_FAST_POLL"),
        (RingFeatures.Poll32Bits, "IORING_FEAT_POLL_32BITS"),
        (RingFeatures.SqPollNonFixed, "IORING_FEAT_SQPOLL_NONFIXED"),
        (RingFeatures.ExtendedArgument, "IORING_FEAT_EXT_ARG"),
        (RingFeatures.NativeWorkers, "IORING_FEAT_NATIVE_WORKERS"),
        (RingFeatures.ResourceTags, "IORING_FEAT_RSRC_TAGS"),
        (RingFeatures.SkipCompletions, "IORING_FEAT_CQE_SKIP"),
        (RingFeatures.LinkedFile, "IORING_FEAT_LINKED_FILE"),
        (RingFeatures.RegisterRegisteredRing, "IORING_FEAT_REG_REG_RING"),
        (RingFeatures.Bundle, "IORING_FEAT_RECVSEND_BUNDLE"),
        (RingFeatures.MinTimeout, "IORING_FEAT_MIN_TIMEOUT"),
        (RingFeatures.ReadWriteAttributes, "IORING_FEAT_RW_ATTR"),
        (RingFeatures.NoIoWait, "IORING_FEAT_NO_IOWAIT"),
        (RingSetupFlags.SqPoll, "IORING_SETUP_SQPOLL"),
        (RingSetupFlags.SqAffinity, "IORING_SETUP_SQ_AFF"),
        (RingSetupFlags.CqSize, "IORING_SETUP_CQSIZE"),
        (RingSetupFlags.Clamp, "IORING_SETUP_CLAMP"),
        (RingSetupFlags.AttachWorkers, "IORING_SETUP_ATTACH_WQ"),
        (RingSetupFlags.Disabled, "IORING_SETUP_R_DISABLED"),
        (RingSetupFlags.SubmitAll, "IORING_SETUP_SUBMIT_ALL"),
        (RingSetupFlags.CoopTaskrun, "IORING_SETUP_COOP_TASKRUN"),
        (RingSetupFlags.TaskrunFlag, "IORING_SETUP_TASKRUN_FLAG"),
        (RingSetupFlags.SingleIssuer, "IORING_SETUP_SINGLE_ISSUER"),
        (RingSetupFlags.DeferTaskrun, "IORING_SETUP_DEFER_TASKRUN"),
        (RingSetupFlags.NoSqArray, "IORING_SETUP_NO_SQARRAY"),
        (SpliceFlags.Move, "SPLICE_F_MOVE"),
        (SpliceFlags.NonBlocking, "SPLICE_F_NONBLOCK"),
        (SpliceFlags.More, "SPLICE_F_MORE"),
        (SpliceFlags.DirectInput, "SPLICE_F_FD_IN_FIXED"),
        (SubmissionFlags.FixedFile, "IOSQE_FIXED_FILE"),
        (SubmissionFlags.Drain, "IOSQE_IO_DRAIN"),
        (SubmissionFlags.Link, "IOSQE_IO_LINK"),
        (SubmissionFlags.HardLink, "IOSQE_IO_HARDLINK"),
        (SubmissionFlags.Async, "IOSQE_ASYNC"),
        (SubmissionFlags.BufferSelect, "IOSQE_BUFFER_SELECT"),
        (SubmissionFlags.SkipSuccess, "IOSQE_CQE_SKIP_SUCCESS"),
        (TimeoutFlags.Absolute, "IORING_TIMEOUT_ABS"),
        (TimeoutFlags.BootTime, "IORING_TIMEOUT_BOOTTIME"),
        (TimeoutFlags.RealTime, "IORING_TIMEOUT_REALTIME"),
        (TimeoutFlags.ExpiryIsSuccess, "IORING_TIMEOUT_ETIME_SUCCESS"),
        (TimeoutFlags.Multishot, "IORING_TIMEOUT_MULTISHOT"),
        (TransferOptions.PollFirst, "IORING_RECVSEND_POLL_FIRST"),
        (TransferOptions.ReportUsage, "IORING_SEND_ZC_REPORT_USAGE"),
        (TransferOptions.Bundle, "IORING_RECVSEND_BUNDLE"),
    ];

    /// <summary>Every name with our number, some constants that are no enum included.</summary>
    public static IEnumerable<(string Name, long Value)> All() =>
        Table.Select(row => (row.Name, Convert.ToInt64(row.Member, CultureInfo.InvariantCulture)))
            .Append(("IORING_FILE_INDEX_ALLOC", DirectDescriptor.Allocate))
            .Append(("AT_FDCWD", PathOperations.CurrentDirectory));

    /// <summary>Every member that has a name, as "Enum.Member".</summary>
    public static IEnumerable<string> Members() =>
        Table.Select(row => $"{row.Member.GetType().Name}.{row.Member}").Distinct();

    private static (Enum Member, string Name)[] Opcodes()
    {
        // In the order of the numbers, so that a gap or an exchange shows.
        string[] names =
        [
            "NOP", "READV", "WRITEV", "FSYNC", "READ_FIXED", "WRITE_FIXED", "POLL_ADD",
            "POLL_REMOVE", "SYNC_FILE_RANGE", "SENDMSG", "RECVMSG", "TIMEOUT", "TIMEOUT_REMOVE",
            "ACCEPT", "ASYNC_CANCEL", "LINK_TIMEOUT", "CONNECT", "FALLOCATE", "OPENAT", "CLOSE",
            "FILES_UPDATE", "STATX", "READ", "WRITE", "FADVISE", "MADVISE", "SEND", "RECV",
            "OPENAT2", "EPOLL_CTL", "SPLICE", "PROVIDE_BUFFERS", "REMOVE_BUFFERS", "TEE",
            "SHUTDOWN", "RENAMEAT", "UNLINKAT", "MKDIRAT", "SYMLINKAT", "LINKAT", "MSG_RING",
            "FSETXATTR", "SETXATTR", "FGETXATTR", "GETXATTR", "SOCKET", "URING_CMD", "SEND_ZC",
            "SENDMSG_ZC", "READ_MULTISHOT", "WAITID", "FUTEX_WAIT", "FUTEX_WAKE", "FUTEX_WAITV",
            "FIXED_FD_INSTALL", "FTRUNCATE", "BIND", "LISTEN", "RECV_ZC", "EPOLL_WAIT",
            "READV_FIXED", "WRITEV_FIXED", "PIPE", "NOP128", "URING_CMD128",
        ];
        Opcode[] members = Enum.GetValues<Opcode>();
        return [.. members.Zip(names, (m, n) => ((Enum)m, $"IORING_OP_{n}"))];
    }
}
