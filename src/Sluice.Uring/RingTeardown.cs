using System.Diagnostics;
using static Sluice.Uring.Interop.IoUringConstants;

namespace Sluice.Uring;

/// <summary>Ends what a ring has under way, before it is closed.</summary>
internal static unsafe class RingTeardown
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Returns once nothing in flight can touch the user's memory any more, or after a second.
    /// </summary>
    /// <remarks>
    /// A kernel without SYNC_CANCEL (before Linux 6.0) leaves it to the close, which cancels as
    /// well but does not wait.
    /// </remarks>
    public static void CancelAll(Ring ring)
    {
        // Cancelling can start what was linked or drained behind, so it is quiet only when a
        // second look finds nothing either.
        const int QuietLooks = 2;

        long started = Stopwatch.GetTimestamp();
        TimeSpan left = Limit;
        for (int quiet = 0; quiet < QuietLooks && left > TimeSpan.Zero;)
        {
            RingResult result = ring.Registration.CancelAny(left);
            if (result.Error is not (Errno.None or Errno.ENOENT or Errno.EINTR))
                return;

            _ = ring.EnterKernel(0, 0, IORING_ENTER_GETEVENTS);
            quiet = result.Count == 0 ? quiet + 1 : 0;
            left = Limit - Stopwatch.GetElapsedTime(started);
        }
    }
}
