namespace Sluice.Uring;

/// <summary>Preparation of operations on epoll sets (<c>epoll(7)</c>).</summary>
/// <remarks>Events are the kernel's <c>struct epoll_event</c>, by address.</remarks>
public static class EpollOperations
{
    /// <summary>Changes a set (<c>IORING_OP_EPOLL_CTL</c>).</summary>
    /// <param name="submission">The entry to prepare.</param>
    /// <param name="epollFd">The set.</param>
    /// <param name="fd">The descriptor that is added, removed or changed.</param>
    /// <param name="change">The change.</param>
    /// <param name="epollEvent">Address of the event; 0 for removals.</param>
    public static void PrepareEpollControl(
        this Submission submission, int epollFd, int fd, EpollChange change, nint epollEvent) =>
        submission.Set(
            Opcode.EpollControl, epollFd, (ulong)epollEvent, (uint)change, (uint)fd);

    /// <summary>
    /// Waits for events of a set (<c>IORING_OP_EPOLL_WAIT</c>, Linux 6.15); the result is their
    /// number.
    /// </summary>
    public static void PrepareEpollWait(
        this Submission submission, int epollFd, nint events, uint count) =>
        submission.Set(Opcode.EpollWait, epollFd, (ulong)events, count);
}
