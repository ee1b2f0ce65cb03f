using System.Net;
using System.Runtime.InteropServices;
using Sluice.Reactors;

using Sluice.Testing.Simulation;
using Sluice.Testing.Simulation.Files;
using Sluice.Uring;

namespace Sluice.Testing.Campaigns.Operations;

/// <summary>
/// Operations of a user's on a reactor, many at once and cancelled at random: delays, connects,
/// zero-copy sends, and some that cannot even be prepared. Their objects are pooled: each must end
/// once, for the one who awaits it. Sometimes the reactor stops on the way.
/// </summary>
internal sealed class OperationSimulation : ISimulation
{
    private const int TurnsMax = 20_000;
    private const int SendLength = 64;
    private static readonly IPEndPoint Open = new(IPAddress.Loopback, 80);
    private static readonly IPEndPoint Shut = new(IPAddress.Loopback, 81);

    private readonly SimulatedKernel _kernel;
    private readonly SimulationRandom _random;
    private readonly FailingLogger _logger = new();
    private readonly ReactorLoop _loop;
    private readonly OperationPool _pool = new();
    private readonly OtherThread _otherThread = new();
    private readonly List<Task> _tasks = [];
    private readonly List<CancellationTokenSource> _cancellations = [];
    private readonly List<SimulatedPeer> _peers = [];
    private readonly int _count;
    private readonly int? _stopAt;

    public OperationSimulation(ulong seed, SimulationLimits limits)
    {
        _random = new SimulationRandom(~seed);
        _kernel = new SimulatedKernel(
            seed, seed % 2 == 0 ? SimulationFaults.Mild : SimulationFaults.Wild, limits)
        {
            Idle = ActWhileParked,
        };
        _kernel.Network.OnConnect(Open, _peers.Add);
        uint entries = 1u << _random.Between(1, 4);
        _loop = new ReactorLoop(
            _kernel,
            _kernel,
            new ReactorLoopOptions
            {
                SubmissionEntries = entries,
                CompletionEntries = entries,
                ReceiveBufferSize = 16,
                ReceiveBuffersMax = 2,
                Scheduling = Scheduling.Inline,
                TimeProvider = _kernel.Clock,
            },
            _logger);
        _count = Math.Min(_random.Between(1, 40), limits.ConnectionsMax);
        if (_random.Chance(0.3))
            _stopAt = _random.Below(_count);
    }

    public SimulatedKernel Kernel => _kernel;

    private bool IsOver => _tasks.Count == _count && _tasks.TrueForAll(t => t.IsCompleted);

    public void Run()
    {
        int turns = 0;
        while (!IsOver || _loop.ResourceCount != 0)
        {
            if (_tasks.Count < _count && _random.Chance(0.4))
                Elsewhere(() => _tasks.Add(StartOne()));
            if (_cancellations.Count > 0 && _random.Chance(0.3))
                Elsewhere(CancelOne);
            if (!_loop.IsStopping && _tasks.Count > _stopAt)
                _loop.BeginStop();
            _loop.Turn(mayWait: _tasks.Count == _count && _cancellations.Count == 0);
            foreach (SimulatedPeer peer in _peers)
                _ = peer.Receive(new byte[_random.Between(1, SendLength)]);
            if (++turns > TurnsMax)
                throw new SimulationMismatch($"Operations never end.\n{_kernel.Trace}");
        }

        foreach (Task task in _tasks)
            task.GetAwaiter().GetResult();
        if (_logger.Failure is not null || _loop.Counters.StaleCompletions != 0)
            throw new SimulationMismatch($"The reactor failed: {_logger.Failure}");
        _loop.Dispose();
        RequireRefused();
        _kernel.ThrowIfViolated();
        if (_kernel.Descriptors.Count != 0 || _kernel.Counters.ClosedBusy != 0)
            throw new SimulationMismatch("Descriptors leaked, or were closed too early.");
    }

    public void Report(CampaignCoverage coverage)
    {
        coverage.Add(_kernel);
        for (long i = _kernel.Counters.Of(Opcode.Connect); i > 0; i--)
            coverage.Count(ConnectionEnding.Outbound);
    }

    public void Abandon() => _otherThread.Dispose();

    public void Dispose()
    {
        _otherThread.Dispose();
        foreach (CancellationTokenSource cancellation in _cancellations)
            cancellation.Dispose();
    }

    // Between turns either thread may act.
    private void Elsewhere(Action action)
    {
        if (_random.Chance(0.1))
            _otherThread.Run(action);
        else
            action();
    }

    private bool ActWhileParked()
    {
        foreach (SimulatedPeer peer in _peers)
        {
            if (peer.Receive(new byte[SendLength]) > 0)
                return true;
        }

        return false;
    }

    private async Task StartOne()
    {
        try
        {
            await (_random.Below(8) switch
            {
                0 => FailAsync(),
                1 or 2 => DelayAsync(),
                3 or 4 => ConnectAsync(Shut),
                _ => ConnectAsync(Open),
            });
        }
        catch (ObjectDisposedException)
        {
            Require(_loop.IsStopping, "An operation was refused by a reactor that goes on");
        }
    }

    private void RequireRefused() => Elsewhere(() =>
    {
        ValueTask late = _pool.Rent(_loop).StartDelay(TimeSpan.Zero, Token());
        Require(late.IsFaulted, "A reactor that has ended took an operation");
        _ = late.AsTask().Exception;
    });

    private CancellationToken Token(bool isCertain = false)
    {
        if (!isCertain && !_random.Chance(0.5))
            return CancellationToken.None;

        var cancellation = new CancellationTokenSource();
        _cancellations.Add(cancellation);
        return cancellation.Token;
    }

    private void CancelOne()
    {
        int index = _random.Below(_cancellations.Count);
        CancellationTokenSource cancellation = _cancellations[index];
        _cancellations.RemoveAt(index);
        cancellation.Cancel();
        cancellation.Dispose();
    }

    private async Task DelayAsync()
    {
        long from = _kernel.Clock.Now;
        bool isEndless = _random.Chance(0.3);
        TimeSpan delay = TimeSpan.FromMilliseconds(_random.Below(20));
        if (isEndless)
            delay = TimeSpan.FromDays(1);
        CancellationToken token = Token(isCertain: isEndless);
        try
        {
            ValueTask pending = _pool.Rent(_loop).StartDelay(delay, token);
            await pending;
            Require(!isEndless, "A cancelled delay went on to its end");
            Require(_kernel.Clock.Now - from >= delay.Ticks, "A delay ended early");
            RequireStale(() => pending.GetAwaiter().GetResult());
        }
        catch (OperationCanceledException e)
        {
            Require(token.IsCancellationRequested || _loop.IsStopping,
                "A delay was cancelled by nobody");
            Require(e.CancellationToken == token, "A delay was cancelled by another's token");
        }
    }

    private async Task FailAsync()
    {
        var failure = new InvalidDataException();
        try
        {
            _ = await SubmitAsync((_, _) => throw failure, Token());
        }
        catch (InvalidDataException e) when (ReferenceEquals(e, failure))
        {
            return;
        }

        Require(false, "An operation that cannot be prepared ended with a result");
    }

    private async Task ConnectAsync(IPEndPoint endPoint)
    {
        int fd = _kernel.OpenSocket(SimulatedAddress.FamilyIPv4);

        // The kernel copies it when it consumes the submission: it must not move until then.
        byte[] address = GC.AllocateUninitializedArray<byte>(16, pinned: true);
        SimulatedAddress.Of(endPoint).CopyTo(address, 0);
        CancellationToken token = Token();
        try
        {
            int result = await SubmitAsync(
                (submission, _) => PrepareConnect(submission, fd, address), token);
            GC.KeepAlive(address);
            Require(
                result == 0
                    ? ReferenceEquals(endPoint, Open)
                    : result == -(int)Errno.ECONNREFUSED || IsCancelled(result, token),
                $"A connect ended with {result}");
            if (result == 0)
                await SendAsync(fd);
        }
        finally
        {
            _ = _kernel.CloseDescriptor(fd);
        }
    }

    // Once it is awaited the memory is ours again, and is used for something else at once.
    private async Task SendAsync(int fd)
    {
        nint memory = Allocate();
        CancellationToken token = Token();
        try
        {
            int result = await SubmitAsync(
                (submission, _) => submission.PrepareSendZeroCopy(fd, memory, SendLength), token);
            Require(
                result > 0 || result == -(int)Errno.EINTR || IsCancelled(result, token),
                $"A send ended with {result}");
        }
        finally
        {
            Scribble(memory);
        }
    }

    private bool IsCancelled(int result, CancellationToken token) =>
        result == -(int)Errno.ECANCELED && (token.IsCancellationRequested || _loop.IsStopping);

    private async Task<int> SubmitAsync(OperationPreparer prepare, CancellationToken token)
    {
        ValueTask<int> pending = _pool.Rent(_loop).Start(prepare, null, token);
        try
        {
            return await pending;
        }
        finally
        {
            RequireStale(() => _ = pending.GetAwaiter().GetResult());
        }
    }

    private static unsafe nint Allocate() => (nint)NativeMemory.AllocZeroed(SendLength);

    private static unsafe void Scribble(nint memory)
    {
        NativeMemory.Fill((void*)memory, SendLength, 0xEE);
        NativeMemory.Free((void*)memory);
    }

    private static unsafe void PrepareConnect(Submission submission, int fd, byte[] pinned)
    {
        fixed (byte* address = pinned)
            submission.PrepareConnect(fd, (nint)address, (uint)pinned.Length);
    }

    private static void RequireStale(Action use)
    {
        try
        {
            use();
        }
        catch (InvalidOperationException)
        {
            return;
        }

        throw new SimulationMismatch("An operation was awaited twice.");
    }

    private static void Require(bool condition, string otherwise)
    {
        if (!condition)
            throw new SimulationMismatch(otherwise);
    }
}
