using System.Diagnostics;
using Sluice.Memory;
using Sluice.Uring;

namespace Sluice.Tool.Load;

/// <summary>
/// Loads a server from one thread that has a ring and nothing else: one multishot receive for
/// each connection, and a send for each exchange.
/// </summary>
/// <remarks>
/// All methods belong to the thread that made it. The kernel writes into the receive buffers and
/// reads the request until the ring is closed, so that is closed first.
/// </remarks>
internal sealed class RingLoad : IDisposable
{
    private const byte ReceiveKind = 1;
    private const byte SendKind = 2;
    private const ushort Group = 0;
    private const int BufferLength = 16 * 1024;
    private const int BufferCount = 512;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // Below this the thread does not sleep: a wake-up by a timer is late by more.
    private static readonly long SpinTicks = Stopwatch.Frequency / 5_000;

    private readonly Exchange _exchange;
    private readonly LoadConnection[] _connections;
    private readonly int _depth;
    private readonly int? _serverProcess;
    private readonly LoadSchedule? _schedule;
    private readonly LatencyHistogram _latencies = new();
    private readonly Ring _ring;
    private readonly BufferRing _buffers;
    private readonly NativeBuffer _received;
    private readonly NativeBuffer _request;
    private int _active;
    private long _answers;
    private long _delayed;
    private bool _isOver;

    public RingLoad(LoadSettings settings, Exchange exchange, LoadConnection[] connections)
    {
        _exchange = exchange;
        _connections = connections;
        _depth = settings.Depth;
        _serverProcess = settings.ServerProcess;
        if (settings.Rate > 0)
            _schedule = new LoadSchedule(settings.Rate, connections.Length);
        _request = NativeBuffer.Allocate(exchange.Request.Length * _depth);
        for (int i = 0; i < _depth; i++)
            _request.WriteBytes(exchange.Request);
        _received = NativeBuffer.Allocate(BufferLength * BufferCount);
        _ring = Ring.Create(new RingOptions
        {
            Entries = 4096,
            CompletionEntries = 16384,
            Flags = RingSetupFlags.SubmitAll | RingSetupFlags.NoSqArray | RingSetupFlags.Clamp
                | RingSetupFlags.SingleIssuer | RingSetupFlags.DeferTaskrun,
        });
        _buffers = BufferRing.Create(_ring, Group, BufferCount);
        for (ushort id = 0; id < BufferCount; id++)
            Provide(id);
        _buffers.Publish();
        for (int i = 0; i < connections.Length; i++)
            Receive(i);
    }

    /// <summary>Loads the server for so long, then waits until nothing is under way.</summary>
    public LoadReport Run(TimeSpan duration)
    {
        _latencies.Clear();
        _answers = _delayed = 0;
        _isOver = false;
        var cost = ProcessCost.Start(_serverProcess);
        long start = Stopwatch.GetTimestamp();
        long end = start + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        Begin(start);
        long now = start;
        while (now < end)
        {
            if (_schedule is not null)
                BeginDue(now);
            Turn(WaitUntil(now, end));
            now = Stopwatch.GetTimestamp();
        }

        long answers = _answers;
        double seconds = Stopwatch.GetElapsedTime(start, now).TotalSeconds;
        TimeSpan? serverCpu = cost?.Stop();
        _isOver = true;
        Drain();
        return LoadReport.Create(answers, seconds, _latencies, _delayed, serverCpu);
    }

    /// <summary>One exchange on each connection, nothing measured.</summary>
    public void RunOnce()
    {
        _isOver = true;
        long now = Stopwatch.GetTimestamp();
        for (int i = 0; i < _connections.Length; i++)
            BeginExchange(i, now);
        Drain();
    }

    public void Dispose()
    {
        _buffers.Dispose();
        _ring.Dispose();
        _received.Dispose();
        _request.Dispose();
    }

    private static long Nanoseconds(long ticks) => ticks * 1_000_000_000 / Stopwatch.Frequency;

    private void Begin(long now)
    {
        foreach (LoadConnection connection in _connections)
            (connection.Waiting, connection.Begun) = (0, 0);
        _schedule?.Start(now);
        for (int i = 0; i < _connections.Length && _schedule is null; i++)
            BeginExchange(i, now);
    }

    // Those whose time has come; a connection that is still busy begins when it is free again.
    private void BeginDue(long now)
    {
        while (_schedule!.NextDueAt <= now)
        {
            int index = _schedule.Take();
            LoadConnection connection = _connections[index];
            connection.Waiting++;
            if (connection.IsIdle)
                BeginWaiting(index);
            else
                _delayed++;
        }
    }

    private void BeginWaiting(int index)
    {
        LoadConnection connection = _connections[index];
        connection.Waiting--;
        BeginExchange(index, _schedule!.DueAt(index, connection.Begun++));
    }

    private void BeginExchange(int index, long dueAt)
    {
        LoadConnection connection = _connections[index];
        connection.Missing = _depth;
        connection.DueAt = dueAt;
        connection.Unsent = _request.Capacity;
        _active++;
        Send(index);
    }

    private TimeSpan WaitUntil(long now, long end)
    {
        long next = _schedule is null ? end : Math.Min(_schedule.NextDueAt, end);
        return next - now < SpinTicks ? TimeSpan.Zero : Stopwatch.GetElapsedTime(now, next);
    }

    private void Turn(TimeSpan wait)
    {
        RingResult entered = wait == TimeSpan.Zero
            ? _ring.SubmitAndWait(0)
            : _ring.SubmitAndWait(1, wait);
        if (!entered.IsSuccess
            && entered.Error is not (Errno.ETIME or Errno.EINTR or Errno.EAGAIN or Errno.EBUSY))
        {
            throw new UserErrorException($"The ring failed: {entered.Error}.");
        }

        while (_ring.ReadyCompletions is { IsEmpty: false } ready)
        {
            foreach (ref readonly Completion completion in ready)
                Dispatch(in completion);
            _ring.Advance(ready.Length);
        }

        if (_buffers.Staged > 0)
            _buffers.Publish();
    }

    private void Drain()
    {
        long start = Stopwatch.GetTimestamp();
        while (_active > 0)
        {
            Turn(TimeSpan.FromMilliseconds(100));
            if (Stopwatch.GetElapsedTime(start) > Patience)
                throw new UserErrorException($"{_active} requests were never answered.");
        }
    }

    private void Dispatch(in Completion completion)
    {
        int index = (int)completion.Token.Slot;
        if (completion.Token.Kind == SendKind)
            OnSent(index, completion.Result);
        else
            OnReceived(index, in completion);
    }

    private void OnSent(int index, int result)
    {
        if (result <= 0)
            throw new UserErrorException($"A send failed: {(Errno)(-result)}.");

        _connections[index].Unsent -= result;
        if (_connections[index].Unsent > 0)
            Send(index);
    }

    private void OnReceived(int index, in Completion completion)
    {
        if (completion.HasBuffer)
        {
            int start = completion.BufferId * BufferLength;
            if (completion.Result > 0)
                Take(index, _received.AsSpan(start, completion.Result));
            Provide(completion.BufferId);
        }

        if (completion.Result == 0)
            throw new UserErrorException("The server closed a connection.");
        if (completion.Result < 0 && completion.Error != Errno.ENOBUFS)
            throw new UserErrorException($"A receive failed: {completion.Error}.");
        if (!completion.HasMore)
            Receive(index);
    }

    private void Take(int index, ReadOnlySpan<byte> piece)
    {
        LoadConnection connection = _connections[index];
        while (!piece.IsEmpty)
        {
            if (connection.Missing == 0)
                throw new UserErrorException("The server sent more than it was asked for.");

            int length = Math.Min(_exchange.Answer.Length - connection.Position, piece.Length);
            if (!_exchange.Answer.Matches(connection.Position, piece[..length]))
                throw new UserErrorException("An answer differs from the first one.");

            piece = piece[length..];
            connection.Position += length;
            if (connection.Position == _exchange.Answer.Length)
                OnAnswer(index, connection);
        }
    }

    private void OnAnswer(int index, LoadConnection connection)
    {
        connection.Position = 0;
        connection.Missing--;
        _answers++;
        if (connection.Missing > 0)
            return;

        _active--;
        long now = Stopwatch.GetTimestamp();
        _latencies.Record(Nanoseconds(now - connection.DueAt));
        if (_isOver)
            return;
        if (_schedule is null)
            BeginExchange(index, now);
        else if (connection.Waiting > 0)
            BeginWaiting(index);
    }

    private void Send(int index)
    {
        LoadConnection connection = _connections[index];
        int offset = _request.Capacity - connection.Unsent;
        Submission submission = NextSubmission();
        submission.PrepareSend(
            connection.Descriptor,
            _request.NativeAddress + offset,
            (uint)connection.Unsent,
            MessageFlags.WaitAll);
        submission.Token = new OperationToken(SendKind, (uint)index, 0);
    }

    private void Receive(int index)
    {
        Submission submission = NextSubmission();
        submission.PrepareReceiveMultishot(_connections[index].Descriptor, Group);
        submission.Token = new OperationToken(ReceiveKind, (uint)index, 0);
    }

    private Submission NextSubmission()
    {
        Submission submission;
        while (!_ring.TryGetSubmission(out submission))
            _ = _ring.Submit();
        return submission;
    }

    private void Provide(ushort id) => _buffers.Add(
        _received.NativeAddress + (id * BufferLength), BufferLength, id);
}
