using Sluice.Reactors;

namespace Sluice.Sockets.RingSockets;

/// <summary>
/// The user code of a connection that is due, and where it runs: on the reactor's thread, or in
/// turns on the thread pool, at whose end leaves what they flushed.
/// </summary>
internal sealed class ConnectionTurn(SocketChannel channel)
{
    private int _due;
    private int _threadId;
    private bool _isWatched;

    /// <summary>Whether the calling thread runs a turn that sends at its end.</summary>
    public bool IsCurrent => _threadId == Environment.CurrentManagedThreadId;

    private TurnQueue? Turns => channel.Loop.Turns;

    private bool IsInline => Turns is null;

    /// <summary>Continues user code where it belongs, soon; from any thread.</summary>
    public void Post(Continuations continuation)
    {
        int before = Interlocked.Or(ref _due, (int)continuation);
        if (IsInline)
        {
            channel.Loop.Post(channel);
        }
        else if (before == 0)
        {
            // A turn that another thread asks for may begin while the reactor waits for good.
            _isWatched = channel.Loop.IsOwnerThread;
            Turns!.Add(this);
        }
    }

    /// <summary>
    /// Continues user code where it belongs, at once if that is here: on the reactor's thread,
    /// outside of user code.
    /// </summary>
    public void Continue(Continuations continuation)
    {
        if (!IsInline)
            Post(continuation);
        else if (continuation == Continuations.Read)
            channel.Input.Continue();
        else
            channel.Output.Continue();
    }

    /// <summary>Runs what was posted, if it belongs to the reactor's thread, which calls.</summary>
    public void RunInline()
    {
        if (IsInline)
            RunDue();
    }

    /// <summary>Runs what is due, on a pool thread.</summary>
    public void Run()
    {
        // Only what the reactor looks after may be held back to the end of the turn. Two turns of
        // one connection may overlap, one for a read and one for a flush: the mark is then the
        // later one's, and the earlier one sends at each flush, which is merely slower.
        if (_isWatched)
            _threadId = Environment.CurrentManagedThreadId;
        RunDue();
        _threadId = 0;
        SendDeferred();
    }

    /// <summary>Sends what a turn holds back.</summary>
    public void SendDeferred() => channel.Output.SendDeferred();

    private void RunDue()
    {
        var due = (Continuations)Interlocked.Exchange(ref _due, 0);
        if ((due & Continuations.Send) != 0)
            SendGathered();
        if ((due & Continuations.Read) != 0)
            channel.Input.Continue();
        if ((due & Continuations.Flush) != 0)
            channel.Output.Continue();
    }

    // Before user code, which may take its time.
    private void SendGathered()
    {
        if (IsInline)
            _ = channel.ArrangeSend();
        else
            SendDeferred();
    }
}
