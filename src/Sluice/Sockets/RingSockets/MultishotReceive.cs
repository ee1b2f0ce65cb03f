using Sluice.Uring;

namespace Sluice.Sockets.RingSockets;

/// <summary>What the kernel has of a connection's multishot receive. The reactor's.</summary>
/// <remarks>
/// Kernels lose an end. Linux (6.18 among others) counts the wake-ups of a multishot receive, and
/// takes all that it sees when it is armed as one. If bytes and a reset arrive between its first
/// attempt and the arming, it delivers the bytes, holds the one event for done with, and sleeps:
/// no further wake-up will ever come. So after each arming, with the first bytes that are said to
/// be the last ones there, the socket itself is asked whether the end has come. If so, the receive
/// is cancelled and armed anew, and its first attempt finds the end.
/// </remarks>
internal struct MultishotReceive
{
    private bool _mayMissEnd;

    public bool IsArmed { get; private set; }

    public bool IsCancelling { get; private set; }

    /// <summary>Whether it is to be cancelled and armed anew.</summary>
    public bool MustRenew { get; private set; }

    public void OnArmed()
    {
        IsArmed = true;
        IsCancelling = false;
        _mayMissEnd = true;
    }

    public void OnCancelling() => IsCancelling = true;

    /// <summary>Follows a completion; true if the socket is to be asked for its end.</summary>
    public bool OnCompletion(in Completion completion)
    {
        if (!completion.HasMore)
        {
            this = default;
            return false;
        }

        if (!_mayMissEnd || (completion.Flags & CompletionFlags.SocketNonEmpty) != 0)
            return false;

        _mayMissEnd = false;
        return true;
    }

    public void Renew() => MustRenew = true;
}
