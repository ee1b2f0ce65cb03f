using Sluice.Sockets.RingSockets;
using Sluice.Uring;

namespace Sluice.Reactors;

/// <summary>
/// The event by which other threads end a reactor's wait. A multishot poll reports every signal,
/// so the event is never read: its counter takes 2^64 signals.
/// </summary>
internal sealed class WakeSource : ReactorResource
{
    private readonly ISocketSystem _system;
    private readonly int _fd;

    public WakeSource(ReactorLoop loop, ISocketSystem system)
        : base(loop)
    {
        _system = system;
        _fd = system.CreateEvent();
        if (_fd < 0)
            throw Failure((Errno)(-_fd));
    }

    public void Signal() => _system.SignalEvent(_fd);

    public void Close() => _system.Close(_fd);

    internal override bool TryPrepare()
    {
        if (InFlight != 0)
            return true;
        if (!TryBegin(out Submission submission))
            return false;

        submission.PreparePollMultishot(_fd, PollEvents.Readable);
        submission.Token = Token(OperationKind.Wake);
        return true;
    }

    internal override void OnCompletion(OperationKind kind, in Completion completion)
    {
        if (InFlight == 0)
            Loop.Enqueue(this);
    }

    internal override void Run()
    {
    }

    // A reactor's, not a socket's: where io_uring was not demanded, sockets run instead.
    private static RingException Failure(Errno error) =>
        new($"The event that wakes a reactor could not be made (eventfd): {error}.", error);
}
