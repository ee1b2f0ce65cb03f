namespace Sluice.Uring;

/// <summary>
/// How a new descriptor behaves: <c>SOCK_CLOEXEC</c> and <c>SOCK_NONBLOCK</c> for sockets,
/// <c>O_CLOEXEC</c> and <c>O_NONBLOCK</c> for pipes, which are the same numbers.
/// </summary>
[Flags]
public enum DescriptorFlags : uint
{
    /// <summary>Inherited by child processes, blocking.</summary>
    None = 0,

    /// <summary>Calls on it that bypass the ring do not block.</summary>
    NonBlocking = 0x800,

    /// <summary>Not inherited by programs that the process starts.</summary>
    CloseOnExec = 0x80000,
}
