using Microsoft.Extensions.Logging;
using Sluice.Diagnostics;
using Sluice.Sockets.RingSockets;
using Sluice.Uring;
using Sluice.Uring.Interop;

namespace Sluice.Reactors;

/// <summary>
/// One thread that owns one ring, and the operations of others on it. Safe for use by any thread.
/// </summary>
/// <remarks>
/// Connections, listeners and timers of a <see cref="SluiceRuntime"/> live on its reactors. What
/// runs here must not block: everything else on this reactor would wait.
/// </remarks>
public sealed class Reactor
{
    private readonly Thread _thread;
    private readonly TaskCompletionSource<ReactorLoop> _started =
        new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly OperationPool _operations = new();
    private readonly ILogger _logger;
    private readonly int? _cpu;

    private Reactor(
        int index,
        int? cpu,
        IRingKernel kernel,
        ISocketSystem system,
        ReactorLoopOptions options,
        ILogger logger)
    {
        Index = index;
        _cpu = cpu;
        _logger = logger;
        _thread = new Thread(() => Run(kernel, system, options))
        {
            IsBackground = true,
            Name = $"sluice-{index}",
        };
    }

    /// <summary>The reactor's place in <see cref="SluiceRuntime.Reactors"/>.</summary>
    public int Index { get; }

    /// <summary>Whether the caller runs on this reactor's thread.</summary>
    public bool IsCurrent => Loop.IsOwnerThread;

    /// <summary>What the kernel granted to the reactor's ring.</summary>
    public RingSetupFlags SetupFlags => Loop.SetupFlags;

    internal ReactorLoop Loop => _started.Task.Result;

    /// <summary>Starts a reactor and waits until its ring is there.</summary>
    /// <exception cref="RingException">The kernel gives no ring.</exception>
    internal static Reactor Start(
        int index, int? cpu, ReactorLoopOptions options, ILogger logger)
    {
        var reactor = new Reactor(
            index, cpu, LinuxKernel.Instance, LinuxSocketSystem.Instance, options, logger);
        reactor._thread.Start();
        _ = reactor._started.Task.GetAwaiter().GetResult();
        return reactor;
    }

    /// <summary>Runs a callback on the reactor's thread, soon. It must not block.</summary>
    /// <remarks>Once the reactor has stopped, nothing runs any more.</remarks>
    public void Post(Action<object?> callback, object? state)
    {
        ArgumentNullException.ThrowIfNull(callback);
        Loop.Post(new CallbackWork(callback, state));
    }

    /// <summary>Runs any operation of the ring.</summary>
    /// <param name="prepare">
    /// Called once on the reactor's thread with a free entry; prepares the operation, but leaves
    /// <see cref="Submission.UserData"/> alone. Use a static delegate to avoid allocation. What it
    /// throws, the task throws.
    /// </param>
    /// <param name="state">Passed to <paramref name="prepare"/>.</param>
    /// <param name="cancellationToken">
    /// Cancels the operation; the result is then usually <c>-ECANCELED</c>, as a value.
    /// </param>
    /// <returns>
    /// The operation's result: a value of its own, or <c>-errno</c>. It comes with the terminal
    /// completion, so memory that the operation refers to is the caller's again. Await it once.
    /// Disposing the runtime cancels what is in flight.
    /// </returns>
    /// <exception cref="InvalidOperationException">
    /// The entry has a flag that concerns other operations: <see cref="SubmissionFlags.Link"/>,
    /// <see cref="SubmissionFlags.HardLink"/>, <see cref="SubmissionFlags.Drain"/>,
    /// <see cref="SubmissionFlags.BufferSelect"/> or <see cref="SubmissionFlags.SkipSuccess"/>.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The runtime was disposed.</exception>
    public ValueTask<int> SubmitAsync(
        OperationPreparer prepare, object? state, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prepare);
        return _operations.Rent(Loop).Start(prepare, state, cancellationToken);
    }

    /// <summary>Waits on the reactor's clock.</summary>
    /// <exception cref="OperationCanceledException">
    /// The token was cancelled, or the runtime disposed meanwhile.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The runtime was disposed before.</exception>
    public ValueTask DelayAsync(TimeSpan delay, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        cancellationToken.ThrowIfCancellationRequested();
        return _operations.Rent(Loop).StartDelay(delay, cancellationToken);
    }

    /// <summary>Ends the thread once nothing is left on it, and waits for that.</summary>
    internal void Stop()
    {
        Post(static state => ((ReactorLoop)state!).BeginStop(), Loop);
        _thread.Join();
    }

    private void Run(IRingKernel kernel, ISocketSystem system, ReactorLoopOptions options)
    {
        ReactorLoop loop;
        try
        {
            Pin();
            if (options.Scheduling == Scheduling.ThreadPool)
                _ = BatchScheduling.Enter();
            loop = new ReactorLoop(kernel, system, options, _logger);
        }
#pragma warning disable CA1031 // Whoever starts the reactor gets the failure, whatever it is.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _started.SetException(failure);
            return;
        }

        _started.SetResult(loop);
        while (!loop.HasEnded)
            loop.Turn(mayWait: true);
        loop.Dispose();
    }

    private void Pin()
    {
        if (_cpu is not { } cpu)
            return;

        Errno error = CpuAffinity.PinCurrentThread(cpu);
        if (error != Errno.None)
            Log.PinFailed(_logger, Index, cpu, error);
    }
}
