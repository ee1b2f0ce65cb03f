using System.Runtime.InteropServices;

namespace Sluice.Uring;

/// <summary>
/// One completion, laid out as the kernel's <c>struct io_uring_cqe</c>: a span of these is the
/// completion queue itself.
/// </summary>
/// <remarks>See <c>io_uring_enter(2)</c> and <c>io_uring(7)</c>.</remarks>
[StructLayout(LayoutKind.Sequential)]
public readonly struct Completion
{
    private const int BufferShift = 16;

    private readonly ulong _userData;
    private readonly int _result;
    private readonly uint _flags;

    /// <summary>Creates a completion, for tests and for replaying recorded ones.</summary>
    public Completion(ulong userData, int result, CompletionFlags flags)
    {
        _userData = userData;
        _result = result;
        _flags = (uint)flags;
    }

    /// <summary>What the submission's <see cref="Submission.UserData"/> was.</summary>
    public ulong UserData => _userData;

    /// <summary><see cref="UserData"/> read as a token.</summary>
    public OperationToken Token => new(_userData);

    /// <summary>The result: a value of the operation's, or <c>-errno</c>.</summary>
    public int Result => _result;

    /// <summary>The error, or <see cref="Errno.None"/>.</summary>
    public Errno Error => _result < 0 ? (Errno)(-_result) : Errno.None;

    /// <summary>The flags, buffer identifier included.</summary>
    public CompletionFlags Flags => (CompletionFlags)_flags;

    /// <summary>
    /// Whether the same submission will complete again. When clear, a multishot operation has
    /// ended; for a zero-copy send it says whether a notification follows.
    /// </summary>
    public bool HasMore => (_flags & (uint)CompletionFlags.More) != 0;

    /// <summary>Whether a provided buffer was used; also true of some failures.</summary>
    public bool HasBuffer => (_flags & (uint)CompletionFlags.Buffer) != 0;

    /// <summary>Whether the kernel will use more of the same buffer (incremental rings).</summary>
    public bool HasMoreInBuffer => (_flags & (uint)CompletionFlags.BufferMore) != 0;

    /// <summary>Whether this is the notification that ends a zero-copy send.</summary>
    public bool IsNotification => (_flags & (uint)CompletionFlags.Notification) != 0;

    /// <summary>The provided buffer's identifier; meaningful if <see cref="HasBuffer"/>.</summary>
    public ushort BufferId => (ushort)(_flags >> BufferShift);
}
