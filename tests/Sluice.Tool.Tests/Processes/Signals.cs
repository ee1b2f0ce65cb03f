using System.Runtime.InteropServices;

namespace Sluice.Tool.Tests.Processes;

/// <summary>Signals to child processes.</summary>
internal static partial class Signals
{
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Continue = 18;
    public const int Stop = 19;

    private const int P_PID = 1;
    private const int WSTOPPED = 2;
    private const int WNOWAIT = 0x01000000;

    public static int Send(int pid, int signal) => kill(pid, signal);

    /// <summary>Stops a child, and returns once it stands still.</summary>
    public static unsafe void StopAndWait(int pid)
    {
        // As large as a siginfo_t, of which nothing is read.
        long* information = stackalloc long[16];
        Assert.Equal(0, kill(pid, Stop));
        Assert.Equal(0, waitid(P_PID, pid, information, WSTOPPED | WNOWAIT));
    }

    [LibraryImport("libc")]
    private static partial int kill(int pid, int signal);

    [LibraryImport("libc")]
    private static unsafe partial int waitid(int kind, int id, void* information, int options);
}
