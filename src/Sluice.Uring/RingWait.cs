using System.Diagnostics;
using Sluice.Uring.Interop;
using static Sluice.Uring.Interop.IoUringConstants;

namespace Sluice.Uring;

/// <summary>Waits for completions without submitting.</summary>
internal static unsafe class RingWait
{
    public static RingResult Wait(
        Ring ring, Span<Completion> destination, int minCount, TimeSpan timeout)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(minCount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minCount, destination.Length);
        long started = Stopwatch.GetTimestamp();
        while (true)
        {
            int count = ring.Peek(destination);
            if (count >= minCount)
                return new(count);

            TimeSpan left = timeout;
            if (timeout != Timeout.InfiniteTimeSpan)
            {
                left -= Stopwatch.GetElapsedTime(started);
                if (left <= TimeSpan.Zero)
                    return new(-(int)Errno.ETIME);
            }

            RingResult result = WaitOnce(ring, (uint)minCount, left);
            if (!result.IsSuccess && result.Error is not (Errno.EINTR or Errno.ETIME))
                return result;
        }
    }

    private static RingResult WaitOnce(Ring ring, uint minComplete, TimeSpan timeout)
    {
        if (timeout == Timeout.InfiniteTimeSpan)
            return ring.EnterKernel(0, minComplete, IORING_ENTER_GETEVENTS);

        var time = __kernel_timespec.From(timeout);
        var argument = new io_uring_getevents_arg { ts = (ulong)&time };
        return ring.EnterKernel(
            0,
            minComplete,
            IORING_ENTER_GETEVENTS | IORING_ENTER_EXT_ARG,
            &argument,
            (nuint)sizeof(io_uring_getevents_arg));
    }
}
