using Sluice.Uring;

namespace Sluice.Testing.Simulation.Files;

/// <summary>
/// One end of a connection, with the rules of a TCP socket on loopback: what one end does is seen
/// by the other at once.
/// </summary>
/// <remarks>
/// <code>
///   end A                      end B
///   Incoming  &lt;------ Send -------
///   ------- Send ------>  Incoming
/// </code>
/// </remarks>
internal sealed class StreamEnd
{
    private readonly ByteQueue _incoming;
    private bool _finReceived;
    private bool _receiveShutdown;
    private bool _sendShutdown;
    private bool _closed;
    private bool _dead;
    private Errno _pendingError;

    private StreamEnd(int capacity) => _incoming = new ByteQueue(capacity);

    /// <summary>The file to wake; null for the end of a peer outside the program.</summary>
    public SimulatedFile? Owner { get; set; }

    /// <summary>The other end.</summary>
    public StreamEnd Other { get; private set; } = null!;

    /// <summary>Whether the connection is in its listener's queue, or past it.</summary>
    public bool IsEstablished { get; private set; }

    /// <summary>Bytes that can be received now.</summary>
    public int Available => _incoming.Count;

    /// <summary>Whether a receive would find bytes, the end or an error.</summary>
    public bool CanReceive =>
        _incoming.Count > 0 || _finReceived || _receiveShutdown || _dead
        || _pendingError != Errno.None;

    /// <summary>Whether a send would take bytes or find an error.</summary>
    public bool CanSend => IsEstablished
        && (_sendShutdown || _dead || _pendingError != Errno.None || Other._closed
            || Other._incoming.Free > 0);

    /// <summary>How many bytes a send would take now.</summary>
    public int Room => Other._closed ? int.MaxValue : Other._incoming.Free;

    /// <summary>Whether a receive would say that there is more: bytes, or the end.</summary>
    public bool HasMoreToReceive => _incoming.Count > 0 || _finReceived;

    /// <summary>Whether both directions are over.</summary>
    public bool IsHungUp => _dead || (IsPeerDone && _sendShutdown);

    /// <summary>Whether nothing will be received any more, for whatever reason.</summary>
    public bool IsPeerDone => _finReceived || _receiveShutdown || _dead;

    /// <summary>Whether nothing is left of the connection: each end heard of the other.</summary>
    public bool IsGone => _dead || (_finReceived && _sendShutdown);

    public bool HasError => _pendingError != Errno.None;

    public bool IsReset => _dead;

    /// <summary>Whether what is left to receive is followed by a reset, and nothing else.</summary>
    public bool EndsByReset => _dead && !_finReceived;

    public static (StreamEnd First, StreamEnd Second) CreatePair(int first, int second)
    {
        var a = new StreamEnd(first);
        var b = new StreamEnd(second) { Other = a };
        a.Other = b;
        return (a, b);
    }

    public void Establish()
    {
        IsEstablished = Other.IsEstablished = true;
        Owner?.Wake();
        Other.Owner?.Wake();
    }

    /// <summary>Bytes received, 0 at the end, <c>-EAGAIN</c> if there is nothing yet.</summary>
    public int Receive(Span<byte> destination, bool peek = false)
    {
        if (_incoming.Count > 0)
        {
            bool wasFull = _incoming.Free == 0;
            int count = peek ? _incoming.Peek(destination) : _incoming.Read(destination);
            if (wasFull && !peek)
                Other.Owner?.Wake();
            return count;
        }

        // As in Linux, an end that has arrived comes before an error that followed it.
        if (_finReceived)
            return 0;
        if (TakeError(out int error))
            return error;
        return _receiveShutdown || _dead ? 0 : -(int)Errno.EAGAIN;
    }

    /// <summary>Bytes taken, <c>-EAGAIN</c> if there is no room, or why not.</summary>
    public int Send(ReadOnlySpan<byte> source)
    {
        if (!IsEstablished)
            return -(int)Errno.ENOTCONN;
        if (TakeError(out int error))
            return error;
        if (_sendShutdown || _dead)
            return -(int)Errno.EPIPE;

        if (Other._closed)
        {
            // The bytes leave, and a reset comes back.
            ReceiveReset();
            return source.Length;
        }

        int count = Other._incoming.Write(source);
        if (count == 0 && !source.IsEmpty)
            return -(int)Errno.EAGAIN;
        Other.Owner?.Wake();
        return count;
    }

    public void ShutdownSend()
    {
        if (_sendShutdown || _dead)
            return;

        _sendShutdown = true;
        Other.ReceiveEnd();
        Owner?.Wake();
    }

    public void ShutdownReceive()
    {
        _receiveShutdown = true;
        Owner?.Wake();
    }

    /// <summary>Closes; the other end sees a reset if bytes are unread, else the end.</summary>
    public void Close()
    {
        if (_closed)
            return;

        if (_incoming.Count > 0)
        {
            Reset();
            return;
        }

        ShutdownSend();
        _closed = true;
    }

    /// <summary>Closes at once; the other end sees a reset.</summary>
    public void Reset()
    {
        if (_closed)
            return;

        bool wasDead = _dead;
        _closed = true;
        _dead = true;
        _incoming.Clear();
        if (!wasDead)
            Other.ReceiveReset();
    }

    private void ReceiveEnd()
    {
        if (_closed || _dead)
            return;

        _finReceived = true;
        Owner?.Wake();
    }

    private void ReceiveReset()
    {
        // After both ends were shut down there is nothing left to reset.
        if (_closed || _dead || (_finReceived && _sendShutdown))
            return;

        _pendingError = _finReceived ? Errno.EPIPE : Errno.ECONNRESET;
        _dead = true;
        Owner?.Wake();
    }

    private bool TakeError(out int error)
    {
        error = -(int)_pendingError;
        _pendingError = Errno.None;
        return error != 0;
    }
}
