using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Sluice.Diagnostics;
using Sluice.Memory;
using Sluice.Sockets.RingSockets;
using Sluice.Uring;
using Sluice.Uring.Interop;

namespace Sluice.Reactors;

/// <summary>
/// One thread's ring with everything on it: slots, receive buffers, timers, and the queue by which
/// other threads reach it. <see cref="Turn"/> is one round; <see cref="Reactor"/> gives it a
/// thread, a test calls it directly.
/// </summary>
/// <remarks>
/// <para>
/// A turn costs one system call: it submits what the last round's completions led to, waits, and
/// dispatches. Sends of one turn therefore leave together, one per connection.
/// </para>
/// <para>
/// Parking: a poster pushes, then looks whether the loop is parked, and only then signals; the
/// loop marks itself parked, then looks at the queue once more, and only then waits. The same goes
/// for receive buffers that come home while connections wait for them. Both sides have a full fence
/// between their write and their read, so at least one of them sees the other.
/// </para>
/// </remarks>
internal sealed unsafe class ReactorLoop : IDisposable
{
    private const ushort ReceiveGroup = 1;

    private readonly ISocketSystem _system;
    private readonly Ring _ring;
    private readonly SlotTable _slots = new();
    private readonly WorkQueue _work = new();
    private readonly SendScratch _scratch;
    private readonly WakeSource _wake;
    private readonly TimerQueue _timers;
    private readonly TurnQueue? _turns;
    private readonly BufferRecall _recall;
    private readonly MemoryTrimmer _trimmer;
    private readonly ILogger _logger;
    private List<ReactorResource> _queued = new(256);
    private List<ReactorResource> _preparing = new(256);
    private int _parked;

    public ReactorLoop(
        IRingKernel kernel, ISocketSystem system, ReactorLoopOptions options, ILogger logger)
    {
        Options = options;
        _system = system;
        _logger = logger;
        OwnerThreadId = Environment.CurrentManagedThreadId;
        _ring = Ring.Create(
            new RingOptions
            {
                Entries = options.SubmissionEntries,
                CompletionEntries = options.CompletionEntries,
                Flags = RingSetupFlags.SubmitAll | RingSetupFlags.NoSqArray
                    | RingSetupFlags.Clamp | RingSetupFlags.SingleIssuer
                    | RingSetupFlags.DeferTaskrun,
                RegisterDescriptor = true,
            },
            kernel);
        Heap = new IoHeap(HeapOptions());
        SendBlocks = new SendBlockPool(HeapOptions(), options.BytesKept);
        try
        {
            Receive = new ReceiveBuffers(_ring, ReceiveGroup, Heap, options);
            _scratch = new SendScratch((int)_ring.SubmissionEntries);
            _timers = new TimerQueue(options.TimeProvider);
            _wake = new WakeSource(this, system);
        }
        catch
        {
            if (Receive is null)
                _ring.Dispose();
            else
                Receive.Close(_ring);
            Heap.Dispose();
            SendBlocks.Dispose();
            throw;
        }

        Counters = new RuntimeCounters
        {
            BufferRingSize = options.ReceiveBuffersMax,
            ReceiveHeap = Heap,
            SendBlocks = SendBlocks,
        };
        _recall = new BufferRecall(this, system);
        _trimmer = new MemoryTrimmer(this, _recall);

        if (options.Scheduling == Scheduling.ThreadPool)
            _turns = new TurnQueue();
        _slots.Add(_wake);
        _slots.Add(_recall);
        Enqueue(_wake);
    }

    public ReactorLoopOptions Options { get; }

    public int OwnerThreadId { get; private set; }

    public RuntimeCounters Counters { get; }

    /// <summary>What is received goes there. The loop's thread's alone.</summary>
    public IoHeap Heap { get; }

    public ReceiveBuffers Receive { get; }

    /// <summary>What is sent comes from there, on whatever thread it is written.</summary>
    public SendBlockPool SendBlocks { get; }

    public ISocketSystem System => _system;

    public ILogger Logger => _logger;

    public RingSetupFlags SetupFlags => _ring.SetupFlags;

    /// <summary>Where continuations go; null if they run on the loop's thread.</summary>
    public TurnQueue? Turns => _turns;

    public TimerQueue Timers => _timers;

    public bool IsOwnerThread => Environment.CurrentManagedThreadId == OwnerThreadId;

    /// <summary>Resources other than the loop's own two, the wake source and the recall.</summary>
    public int ResourceCount => _slots.Count - 2;

    /// <summary>Whether the loop is to end once nothing is left on it.</summary>
    public bool IsStopping { get; private set; }

    /// <summary>Whether it has come to that: there is nothing to wait for any more.</summary>
    public bool HasEnded => IsStopping && ResourceCount == 0;

    /// <summary>One round: run posted work, submit, wait, dispatch.</summary>
    /// <param name="mayWait">Whether to wait when there is nothing to do.</param>
    public void Turn(bool mayWait)
    {
        Invariant.Require(IsOwnerThread);

        _work.RunAll(_logger);
        _timers.RunDue();
        Receive.Replenish();
        if (!_trimmer.IsQueued && _trimmer.IsNeeded)
            _timers.Add(_trimmer, Options.TrimInterval);
        bool isIdle = PrepareQueued();
        SubmitAndWait(mayWait && isIdle && !HasEnded);
        DispatchCompletions();
    }

    /// <summary>Runs work on the loop's thread, from any thread.</summary>
    public void Post(ReactorWork work)
    {
        if (!work.TryMarkPosted())
            return;

        if (_work.TryPush(work))
        {
            if (!IsOwnerThread)
                Wake();
            return;
        }

        work.ClearPosted();
        work.Refuse();
    }

    /// <summary>Ends operations that users left behind, and the loop once nothing is left on it.
    /// </summary>
    public void BeginStop()
    {
        IsStopping = true;
        foreach (ReactorResource? resource in _slots.Used)
            resource?.OnStopping();
    }

    /// <summary>Ends a wait of the loop, if it is in one. From any thread.</summary>
    public void Wake()
    {
        if (Volatile.Read(ref _parked) == 0 || Interlocked.Exchange(ref _parked, 0) == 0)
            return;

        Interlocked.Increment(ref Counters.Signals);
        _wake.Signal();
    }

    public void Add(ReactorResource resource) => _slots.Add(resource);

    public void Remove(ReactorResource resource) => _slots.Remove(resource);

    /// <summary>Asks the resource for its submissions at the end of this turn.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Enqueue(ReactorResource resource)
    {
        Invariant.Require(IsOwnerThread);
        if (resource.IsQueued)
            return;

        resource.IsQueued = true;
        _queued.Add(resource);
    }

    /// <summary>Takes a submission entry, submitting early if the queue is full.</summary>
    public bool TryGetSubmission(out Submission submission)
    {
        if (_ring.TryGetSubmission(out submission))
            return true;

        Counters.SubmissionQueueFull++;
        Submit();
        return _ring.TryGetSubmission(out submission);
    }

    /// <summary>A message header that stays valid until the submission is consumed.</summary>
    public nint TakeHeader(ReadOnlySpan<BufferSegment> segments) =>
        (nint)_scratch.Take(segments);

    /// <summary>Whether a send, of several segments too, can be prepared now.</summary>
    public bool HasRoomToSend
    {
        get
        {
            if (_ring.SubmissionsFree != 0 && !_scratch.IsFull)
                return true;

            Counters.SubmissionQueueFull++;
            Submit();
            return _ring.SubmissionsFree != 0 && !_scratch.IsFull;
        }
    }

    /// <summary>Gives a receive buffer back, from any thread.</summary>
    public void Give(ReceiveSegment segment)
    {
        if (IsOwnerThread)
            Receive.Give(segment);
        else if (Receive.GiveRemotely(segment))
            Wake();
    }

    /// <summary>
    /// Closes the ring, then releases the memory that it referred to. All resources are gone.
    /// </summary>
    public void Dispose()
    {
        Invariant.Require(IsOwnerThread);

        // The runtime uses numbers of ended threads again; from now on nobody is the owner.
        OwnerThreadId = 0;
        Receive.Close(_ring);
        _wake.Close();
        _recall.Close();
        _scratch.Dispose();
        SendBlocks.Dispose();
        Heap.Dispose();
        _work.Close();
    }

    // Huge pages would be resident as a whole; the few warm buffers that go round need none.
    private IoHeapOptions HeapOptions() => new()
    {
        HugePages = IoHugePages.None,
        LeakFound = report => Log.MemoryOutlivesReactor(_logger, report),
    };

    // True if nothing is left to prepare, so that the loop may wait.
    private bool PrepareQueued()
    {
        (_preparing, _queued) = (_queued, _preparing);
        foreach (ReactorResource resource in _preparing)
        {
            resource.IsQueued = false;
            if (!resource.TryPrepare())
                Enqueue(resource);
        }

        _preparing.Clear();
        return _queued.Count == 0;
    }

    private void SubmitAndWait(bool mayWait)
    {
        if (!mayWait || _ring.CompletionsReady != 0)
        {
            Submit();
            return;
        }

        Interlocked.Exchange(ref _parked, 1);
        if (!_work.IsEmpty || Receive.CanServe)
        {
            Volatile.Write(ref _parked, 0);
            Submit();
            return;
        }

        TimeSpan timeout = _timers.UntilNext();
        bool isLong = timeout < TimeSpan.Zero || timeout > TurnQueue.Patience;
        if (_turns is { IsActive: true } && isLong)
            timeout = TurnQueue.Patience;

        RingResult result = timeout < TimeSpan.Zero
            ? _ring.SubmitAndWait(1)
            : _ring.SubmitAndWait(1, timeout);
        Volatile.Write(ref _parked, 0);
        Counters.Wakeups++;
        AfterEnter(result);
        _turns?.RescueStalled();
    }

    private void Submit() => AfterEnter(_ring.Submit());

    private void AfterEnter(RingResult result)
    {
        if (_ring.SubmissionsPending == 0)
            _scratch.Reset();
        if (result.IsSuccess)
            return;

        // EBUSY: completions must be read before more is accepted, which is what comes next.
        // EAGAIN, EINTR, ETIME: nothing was lost; the next turn tries again.
        if (result.Error is Errno.EBUSY)
            Counters.CompletionQueueOverflows++;
        else if (result.Error is not (Errno.EAGAIN or Errno.EINTR or Errno.ETIME))
            Log.EnterFailed(_logger, result.Error);
    }

    private void DispatchCompletions()
    {
        if (_ring.HasOverflown)
            Counters.CompletionQueueOverflows++;

        int total = 0;
        ReadOnlySpan<Completion> ready = _ring.ReadyCompletions;
        while (!ready.IsEmpty)
        {
            foreach (ref readonly Completion completion in ready)
                Dispatch(in completion);
            _ring.Advance(ready.Length);
            total += ready.Length;

            // What wrapped around is taken now; what user code caused meanwhile waits its turn.
            ready = total < _ring.CompletionEntries ? _ring.ReadyCompletions : default;
        }

        Publish(total);
    }

    private void Publish(int completions)
    {
        RuntimeCounters counters = Counters;
        counters.Turns++;
        counters.Completions += completions;
        counters.BufferRingDepth = Receive.Provided;
        counters.BufferRingBuffers = Receive.WithMemory;
        counters.BufferRingHeld = Receive.Held;
        Options.Metrics?.RecordWake(completions);
    }

    private void Dispatch(in Completion completion)
    {
        OperationToken token = completion.Token;
        if (!completion.HasMore)
            Counters.OperationsInFlight--;
        ReactorResource? resource = _slots.Find(token);
        if (resource is null)
        {
            Counters.StaleCompletions++;
            if (completion.HasBuffer)
                Receive.Give(Receive.Take(completion.BufferId));
            return;
        }

        if (!completion.HasMore)
            resource.InFlight--;
        try
        {
            resource.OnCompletion((OperationKind)token.Kind, in completion);
        }
#pragma warning disable CA1031 // A continuation of the user's must not end the reactor.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Log.CallbackFailed(_logger, failure);
        }
    }
}
