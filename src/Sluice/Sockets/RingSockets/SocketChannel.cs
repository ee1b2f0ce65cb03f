using Sluice.Reactors;
using Sluice.Uring;

namespace Sluice.Sockets.RingSockets;

/// <summary>
/// A connected socket in a reactor's ring: one multishot receive, at most one send, and the
/// orderly end of both.
/// </summary>
/// <remarks>
/// State belongs to the reactor's thread; other threads post requests. The end is always the same:
/// no new operations, cancel those in flight, wait for their terminal completions, close the
/// descriptor, free the slot. Until then the descriptor's number cannot be anyone else's.
/// </remarks>
internal sealed class SocketChannel : ReactorResource, IBufferWaiter
{
    private const int ShutWrite = 1;
    private const int SolSocket = 1;
    private const int SoLinger = 13;

    private readonly UringConnection _connection;
    private readonly int _fd;
    private int _requests;
    private ChannelRequests _wanted;
    private Exception? _failure;
    private Exception? _abortReason;
    private MultishotReceive _receive;
    private bool _isSending;
    private bool _isCancellingSend;
    private bool _isWaitingForBuffers;
    private bool _hasInputEnded;
    private bool _isOutputShut;
    private bool _isStarted;
    private bool _isClosing;
    private bool _isAborting;
    private bool _isClosed;

    public SocketChannel(ReactorLoop loop, int fd, UringConnection connection)
        : base(loop)
    {
        _fd = fd;
        _connection = connection;
        Input = new ReceivePipe(this, loop.Options.ReceiveWatermark);
        Output = new SendPipe(this, loop.Options.SendWatermark);
        Turn = new ConnectionTurn(this);
    }

    public ReceivePipe Input { get; }

    public SendPipe Output { get; }

    public ConnectionTurn Turn { get; }

    /// <summary>Asks the reactor for something, from any thread.</summary>
    public void Request(ChannelRequests request)
    {
        Interlocked.Or(ref _requests, (int)request);
        Loop.Post(this);
    }

    /// <summary>Closes with a reset, from any thread; the first reason counts.</summary>
    public void Abort(Exception reason)
    {
        Interlocked.CompareExchange(ref _abortReason, reason, null);
        Request(ChannelRequests.Abort);
    }

    /// <summary>Decides who sends what has just been flushed, and sees to it.</summary>
    public SendPlace ArrangeSend()
    {
        if (Loop.IsOwnerThread)
        {
            Want(ChannelRequests.Output);
            return SendPlace.Reactor;
        }

        return Turn.IsCurrent ? SendPlace.EndOfTurn : SendPlace.Elsewhere;
    }

    /// <summary>Sends without waiting, on the calling thread, which owns the send.</summary>
    public int TrySend(ReadOnlySpan<BufferSegment> segments)
    {
        int sent = Loop.System.TrySend(_fd, segments);
        if (sent > 0 && Loop.IsOwnerThread)
            Loop.Counters.BytesSent += sent;
        else if (sent > 0)
            Interlocked.Add(ref Loop.Counters.BytesSentRemotely, sent);
        return sent;
    }

    /// <summary>
    /// Nothing more will arrive, and nothing that did is unread. From any thread, at least once.
    /// </summary>
    public void OnInputDrained() => _connection.OnReceiveEnded();

    public void OnBuffersAvailable()
    {
        _isWaitingForBuffers = false;
        if (!_isClosed)
            Want(ChannelRequests.Receive);
    }

    internal override void Run()
    {
        var requests = (ChannelRequests)Interlocked.Exchange(ref _requests, 0);
        if (!_isClosed && requests != ChannelRequests.None)
            Obey(requests);
        Turn.RunInline();
    }

    internal override bool TryPrepare()
    {
        if (_isClosed)
            return true;

        ChannelRequests wanted = _wanted;
        _wanted = ChannelRequests.None;
        if ((wanted & ChannelRequests.Output) != 0 && !TryPrepareOutput())
            return WantAgain(wanted);
        if ((wanted & ChannelRequests.Receive) != 0 && !TryPrepareInput())
            return WantAgain(wanted);
        if ((_isClosing || _isAborting) && !TryPrepareClose())
            return WantAgain(wanted);
        return true;
    }

    internal override void OnCompletion(OperationKind kind, in Completion completion)
    {
        switch (kind)
        {
            case OperationKind.Receive:
                OnReceived(in completion);
                break;
            case OperationKind.Send:
                OnSent(in completion);
                break;
            default:
                break;
        }

        if (_isClosing || _isAborting)
            Want(ChannelRequests.Close);
    }

    private void Obey(ChannelRequests requests)
    {
        if ((requests & ChannelRequests.Start) != 0)
            Start();
        if ((requests & ChannelRequests.Abort) != 0)
            Fail(_abortReason!, isAbort: true);
        if ((requests & ChannelRequests.Close) != 0)
            _isClosing = true;
        Want(ChannelRequests.Receive | ChannelRequests.Output);
    }

    private void Start()
    {
        Invariant.Require(!_isStarted);
        _isStarted = true;
        Loop.Add(this);
        Loop.Counters.Connections++;
    }

    private void Want(ChannelRequests wanted)
    {
        _wanted |= wanted;
        Loop.Enqueue(this);
    }

    private bool WantAgain(ChannelRequests wanted)
    {
        _wanted |= wanted;
        return false;
    }

    private bool TryPrepareOutput()
    {
        // The end of an abort is a reset, and never an orderly end just before it, be the abort
        // only on its way.
        if (_isAborting || Volatile.Read(ref _abortReason) is not null)
            return true;

        if (!_isSending && !TryPrepareSend())
            return false;

        // An abort is a reset: an orderly end must not come first.
        if (!_isSending && !_isOutputShut && !_isAborting && Output.IsDrained)
        {
            _isOutputShut = true;
            _ = Loop.System.Shutdown(_fd, ShutWrite);
            if (_hasInputEnded)
                _isClosing = true;
        }

        return true;
    }

    private bool TryPrepareSend()
    {
        // Room for the submission first: once the bytes are the ring's they must be submitted.
        if (!Loop.HasRoomToSend)
            return false;

        Span<BufferSegment> segments = stackalloc BufferSegment[SendScratch.SegmentsMax];
        if (!Output.TryBeginRingSend(segments, out int count))
            return true;

        bool hasEntry = TryBegin(out Submission submission);
        Invariant.Require(hasEntry);
        const MessageFlags Flags = MessageFlags.NoSignal | MessageFlags.WaitAll;
        if (count == 1)
        {
            BufferSegment only = segments[0];
            submission.PrepareSend(_fd, only.Address, (uint)only.Length, Flags);
        }
        else
        {
            submission.PrepareSendMessage(_fd, Loop.TakeHeader(segments[..count]), Flags);
        }

        submission.Token = Token(OperationKind.Send);
        _isSending = true;
        return true;
    }

    private bool TryPrepareInput()
    {
        bool isWanted = !_hasInputEnded && !_isClosing && !_isAborting && Input.IsOpen;
        if (!isWanted || _receive.MustRenew)
            return TryCancelReceive();
        if (_receive.IsArmed || _isWaitingForBuffers)
            return true;
        if (!TryBegin(out Submission submission))
            return false;

        submission.PrepareReceiveMultishot(_fd, Loop.Receive.Group);
        submission.Token = Token(OperationKind.Receive);
        _receive.OnArmed();
        return true;
    }

    private bool TryCancelReceive()
    {
        if (!_receive.IsArmed || _receive.IsCancelling)
            return true;
        if (!TryCancel(OperationKind.Receive))
            return false;

        _receive.OnCancelling();
        return true;
    }

    private bool TryCancel(OperationKind kind)
    {
        if (!TryBegin(out Submission submission))
            return false;

        submission.PrepareCancel(Token(kind).Value);
        submission.Token = Token(OperationKind.Cancel);
        return true;
    }

    private bool TryPrepareClose()
    {
        // An orderly close has sent everything first; an abort drops it.
        if (!_isAborting && !(Output.IsDrained && _isOutputShut))
            return true;
        if (!TryCancelReceive())
            return false;
        if (_isSending && !_isCancellingSend)
        {
            if (!TryCancel(OperationKind.Send))
                return false;
            _isCancellingSend = true;
        }

        bool isIdle = Output.TryStop(_failure, out bool continuesFlush);
        if (continuesFlush)
            Turn.Post(Continuations.Flush);
        if (isIdle && InFlight == 0)
            Finish();
        return true;
    }

    private void Finish()
    {
        _isClosed = true;
        if (_abortReason is not null)
            _ = Loop.System.SetOption(_fd, SolSocket, SoLinger, [1, 0]);
        _ = Loop.System.Close(_fd);
        Loop.Remove(this);
        Loop.Counters.CountEnd(_failure, _abortReason);
        EndInput(_failure);
        _connection.OnClosed();
    }

    private void Fail(Exception failure, bool isAbort)
    {
        if (_isAborting || _isClosed)
            return;

        _isAborting = true;
        _failure = failure;
        if (!isAbort)
            _abortReason = null;
        EndInput(failure);
        Want(ChannelRequests.Output | ChannelRequests.Receive);
    }

    private void EndInput(Exception? error)
    {
        _hasInputEnded = true;
        if (Input.End(error, out bool isDrained))
            Turn.Continue(Continuations.Read);
        if (isDrained)
            OnInputDrained();
        else
            _connection.OnEndedUnread();
    }

    private void OnReceived(in Completion completion)
    {
        int result = completion.Result;
        bool mayMissEnd = _receive.OnCompletion(in completion);
        if (completion.HasBuffer)
        {
            ReceiveSegment segment = Loop.Receive.Take(completion.BufferId);
            if (result > 0)
                Append(segment, result);
            else
                Loop.Receive.Give(segment);
        }

        if (result > 0)
        {
            if (mayMissEnd && Loop.System.HasEnded(_fd) != 0)
                _receive.Renew();
            if (!_receive.IsArmed || _receive.MustRenew)
                Want(ChannelRequests.Receive);
            return;
        }

        switch (completion.Error)
        {
            case Errno.None:
                EndInput(null);
                Want(ChannelRequests.Output);
                if (_isOutputShut)
                    _isClosing = true;
                break;
            case Errno.ENOBUFS:
                Loop.Counters.BufferRingStarvations++;
                _isWaitingForBuffers = true;
                Loop.Receive.Wait(this);
                break;
            case Errno.ECANCELED or Errno.EAGAIN or Errno.EINTR:
                Want(ChannelRequests.Receive);
                break;
            default:
                Fail(SocketErrors.ToException(completion.Error), isAbort: false);
                break;
        }
    }

    private void Append(ReceiveSegment segment, int length)
    {
        Loop.Counters.BytesReceived += length;
        bool continues = Input.Append(segment, length, out bool isFull);
        if (continues)
            Turn.Continue(Continuations.Read);
        if (isFull)
            Want(ChannelRequests.Receive);
    }

    private void OnSent(in Completion completion)
    {
        _isSending = false;
        Exception? error = completion.Error switch
        {
            Errno.None => null,
            Errno.EAGAIN or Errno.EINTR => null,
            Errno.ECANCELED when !_isAborting => null,
            _ => _failure ?? SocketErrors.ToException(completion.Error),
        };
        int sent = Math.Max(completion.Result, 0);
        Loop.Counters.BytesSent += sent;
        bool continues = Output.OnRingSent(sent, error, out bool wantsMore);
        if (error is not null)
            Fail(error, isAbort: false);
        if (wantsMore)
            Want(ChannelRequests.Output);
        if (continues)
            Turn.Continue(Continuations.Flush);
    }
}
