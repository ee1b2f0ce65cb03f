using System.Runtime.InteropServices;
using Sluice.Testing.Simulation.Files;
using Sluice.Testing.Simulation.Operations;
using Sluice.Uring;
using Sluice.Uring.Interop;
using static Sluice.Uring.Interop.IoUringConstants;

namespace Sluice.Testing.Simulation.Rings;

/// <summary>A ring as the kernel sees it: queues, what is in flight, what overflowed.</summary>
internal sealed class SimulatedRing : SimulatedFile
{
    // As in the kernel: how often a multishot operation runs before others have their turn.
    private const int MultishotStepsMax = 32;

    private readonly SimulatedKernel _kernel;
    private readonly RingMemory _memory;
    private readonly Queue<Completion> _overflow = new();
    private readonly List<SimulatedOperation> _running = [];
    private readonly List<SimulatedOperation> _round = [];

    public SimulatedRing(SimulatedKernel kernel, ref io_uring_params parameters)
    {
        _kernel = kernel;
        Flags = (RingSetupFlags)parameters.flags;
        OwnerThreadId = Environment.CurrentManagedThreadId;
        _memory = new RingMemory(ref parameters);
    }

    public RingSetupFlags Flags { get; }

    public int OwnerThreadId { get; }

    public bool IsDeferred => Flags.HasFlag(RingSetupFlags.DeferTaskrun);

    public RingMemory Memory => _memory;

    /// <summary>Operations from their submission to their last completion.</summary>
    public IReadOnlyList<SimulatedOperation> Running => _running;

    public Dictionary<ushort, SimulatedBufferGroup> BufferGroups { get; } = [];

    public bool HasOverflown => _overflow.Count > 0;

    /// <summary>All completions ever, for timeouts that count them.</summary>
    public ulong CompletionsPosted { get; private set; }

    public override uint Events =>
        _memory.CompletionsReady > 0 || HasOverflown ? PollMask.POLLIN : 0;

    public void Add(SimulatedOperation operation) => _running.Add(operation);

    public void Remove(SimulatedOperation operation) => _running.Remove(operation);

    /// <summary>Posts a completion; what does not fit is kept until there is room.</summary>
    public void Post(in Completion completion)
    {
        CompletionsPosted++;
        var (userData, result) = ((long)completion.UserData, completion.Result);
        _kernel.Log("complete", userData, result, (long)completion.Flags);
        if (HasOverflown || _memory.IsCompletionQueueFull)
        {
            _overflow.Enqueue(completion);
            _kernel.Counters.Overflows++;
            _memory.SetSubmissionFlag(IORING_SQ_CQ_OVERFLOW, isSet: true);
        }
        else
        {
            _memory.Post(completion);
        }

        Wake();
    }

    /// <summary>Whether one more result could be posted without overflowing.</summary>
    public bool HasRoomForMore => !HasOverflown && !_memory.IsCompletionQueueFull;

    public void FlushOverflow()
    {
        _memory.PoisonConsumed();
        while (HasOverflown && !_memory.IsCompletionQueueFull)
            _memory.Post(_overflow.Dequeue());
        if (!HasOverflown)
            _memory.SetSubmissionFlag(IORING_SQ_CQ_OVERFLOW, isSet: false);
    }

    /// <summary>Lets operations that are ready run; forced means all of them.</summary>
    /// <returns>Whether anything ran.</returns>
    public bool RunReady(bool force)
    {
        bool ranAny = false;
        _round.Clear();
        _round.AddRange(_running);
        if (_kernel.Faults.Reorders)
            _kernel.Random.Shuffle(CollectionsMarshal.AsSpan(_round));

        foreach (SimulatedOperation operation in _round)
        {
            if (operation.IsOver || !operation.CanStep(force))
                continue;
            if (!force && _kernel.Meets(operation.DelayFault, operation.DelayProbability))
                continue;

            int steps = 0;
            do
            {
                operation.Step();
                ranAny = true;
            }
            while (!operation.IsOver
                && ++steps < MultishotStepsMax
                && operation.CanStep(force: false)
                && !_kernel.Meets(SimulationFault.Delay));
        }

        return ranAny;
    }

    /// <summary>Whether something would run if it were not delayed.</summary>
    public bool HasReady => _running.Exists(o => o.CanStep(force: true));

    /// <summary>When the next timeout is; <see cref="long.MaxValue"/> if there is none.</summary>
    public long NextDue
    {
        get
        {
            long due = long.MaxValue;
            foreach (SimulatedOperation operation in _running)
                due = Math.Min(due, operation.Due);
            return due;
        }
    }

    /// <summary>The mapping goes away: nothing may use it any more.</summary>
    public void Unmap()
    {
        foreach (SimulatedOperation operation in _running)
        {
            if (operation.HoldsMemory)
            {
                throw _kernel.Violation(
                    $"a ring was closed while {operation.Opcode} of {operation.UserData:x} "
                    + "still uses the program's memory");
            }
        }

        if (BufferGroups.Count > 0)
            throw _kernel.Violation("a ring was closed with a buffer ring still registered");

        foreach (SimulatedOperation operation in _running.ToArray())
            operation.Abandon();
        _memory.Free();
    }

    protected override void OnReleased()
    {
    }
}
