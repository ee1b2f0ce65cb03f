using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Reactors;
using Sluice.Sockets;
using Sluice.Sockets.RingSockets;
using Sluice.Testing.Simulation;
using Sluice.Testing.Simulation.Files;

namespace Sluice.Simulation.Tests.Reactors;

/// <summary>
/// A connection whose peer, reader and canceller act in an order that is given, and a check after
/// each step that the reader got what it was owed.
/// </summary>
internal sealed class ReadInterleaving : IConnectionGate, IDisposable
{
    public const char Arrival = 'A';
    public const char Read = 'R';
    public const char Cancellation = 'C';
    public const char Token = 'T';
    private static readonly IPEndPoint Address = new(IPAddress.Loopback, 80);

    private readonly SimulatedKernel _kernel = new(1, SimulationFaults.None);
    private readonly ReactorLoop _loop;
    private readonly int _listenerFd;
    private readonly ListenerChannel _listener;
    private readonly SimulatedPeer _peer;
    private readonly CancellationTokenSource _source = new();
    private readonly Queue<int> _lengths;
    private readonly int _consumes;
    private readonly int _examines;
    private UringConnection? _connection;
    private Task<ReadResult>? _read;
    private ReadResult? _held;
    private int _arrived;
    private int _examined;
    private int _consumed;
    private bool _hasToken;
    private bool _isCancelOwed;
    private bool _beganCancelled;
    private bool _hasEnded;

    /// <param name="lengths">How many bytes arrive, time after time.</param>
    /// <param name="consumes">How many bytes each read consumes at most.</param>
    /// <param name="examines">How many more it examines at most.</param>
    public ReadInterleaving(int[] lengths, int consumes, int examines)
    {
        _lengths = new Queue<int>(lengths);
        _consumes = consumes;
        _examines = examines;
        var options = new ReactorLoopOptions
        {
            ReceiveBufferSize = 16,
            Scheduling = Scheduling.Inline,
            TimeProvider = _kernel.Clock,
        };
        _loop = new ReactorLoop(_kernel, _kernel, options, NullLogger.Instance);
        _listenerFd = _kernel.Listen(Address);
        _listener = new ListenerChannel(
            _loop, this, _listenerFd, Address, new AcceptQueue(1), NullLogger.Instance);
        _listener.Update();
        Settle();
        _peer = _kernel.Connect(Address);
        Settle();
    }

    public bool MayAccept => true;

    public bool AcceptsOneByOne => false;

    private PipeReader Input => _connection!.Input;

    private bool IsOwed => _arrived > _examined
        || _isCancelOwed
        || _hasEnded
        || (_hasToken && _source.IsCancellationRequested);

    private bool HasFinished =>
        _held is { IsCompleted: true, IsCanceled: false, Buffer.IsEmpty: true };

    public UringConnection TryAdmit(int fd, EndPoint listener) =>
        _connection = new UringConnection(this, _loop, fd, Address, Address);

    public void OnClosed(UringConnection connection)
    {
    }

    public void Run(string order)
    {
        foreach (char step in order)
        {
            Step(step);
            Settle();
            Require(_read is not { IsCompleted: false } || !IsOwed, "a read waits for nothing");
        }

        _peer.ShutdownSend();
        _hasEnded = true;
        Settle();
        while (!HasFinished)
            Step(Read);
        Require(!_isCancelOwed, "a cancellation was lost");
        Require(_consumed == _arrived, "bytes were lost");
    }

    public void Dispose()
    {
        _connection!.Drop();
        _listener.Stop();
        while (_loop.ResourceCount != 0)
            _loop.Turn(mayWait: false);
        Require(_loop.Receive.Held == 0, "a buffer is not home");
        _loop.Dispose();
        _ = _kernel.CloseDescriptor(_listenerFd);
        _source.Dispose();
    }

    private void Step(char step)
    {
        switch (step)
        {
            case Arrival:
                Arrive(_lengths.Dequeue());
                break;
            case Cancellation:
                _isCancelOwed = true;
                Input.CancelPendingRead();
                break;
            case Token:
                _source.Cancel();
                break;
            default:
                ReadOrAdvance();
                break;
        }
    }

    private void Arrive(int length)
    {
        byte[] bytes = [.. Enumerable.Range(_arrived, length).Select(i => (byte)i)];
        _arrived += _peer.Send(bytes);
    }

    private void ReadOrAdvance()
    {
        if (_held is { } held)
        {
            Advance(held);
            return;
        }

        if (_read is null)
        {
            _beganCancelled = _isCancelOwed;
            _hasToken = !_source.IsCancellationRequested;
            _read = Input.ReadAsync(_hasToken ? _source.Token : default).AsTask();
        }

        if (_read.IsCompleted)
            Take(_read);
    }

    private void Take(Task<ReadResult> read)
    {
        _read = null;
        if (read.IsCanceled)
        {
            Require(_source.IsCancellationRequested, "nobody cancelled the token");
            return;
        }

        ReadResult result = read.GetAwaiter().GetResult();
        byte[] bytes = result.Buffer.ToArray();
        for (int i = 0; i < bytes.Length; i++)
            Require(bytes[i] == _consumed + i, $"byte {_consumed + i} is {bytes[i]}");
        Require(bytes.Length >= _examined - _consumed, "bytes that were left are gone");
        bool isNews = bytes.Length > _examined - _consumed;
        Require(isNews || result.IsCanceled || result.IsCompleted, "a read brought nothing");
        Require(!result.IsCanceled || _isCancelOwed, "a read was cancelled twice");
        Require(result.IsCanceled || !_beganCancelled, "a cancellation is late");
        _isCancelOwed &= !result.IsCanceled;
        _held = result;
    }

    private void Advance(ReadResult result)
    {
        long consumes = Math.Min(_consumes, result.Buffer.Length);
        long examines = Math.Min(consumes + _examines, result.Buffer.Length);
        // A reader that waits for more than there is has to look at all of it, and that is so at
        // the end.
        if (_hasEnded)
            consumes = examines = result.Buffer.Length;
        _held = null;
        Input.AdvanceTo(
            result.Buffer.GetPosition(consumes), result.Buffer.GetPosition(examines));
        _examined = _consumed + (int)examines;
        _consumed += (int)consumes;
    }

    private void Settle()
    {
        for (int i = 0; i < 4; i++)
            _loop.Turn(mayWait: false);
        _kernel.ThrowIfViolated();
    }

    private void Require(bool condition, string otherwise)
    {
        if (!condition)
            throw new InvalidOperationException($"{otherwise}\n{_kernel.Trace}");
    }
}
