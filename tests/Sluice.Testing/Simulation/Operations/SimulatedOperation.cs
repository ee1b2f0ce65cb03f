using Sluice.Testing.Simulation.Files;
using Sluice.Testing.Simulation.Rings;
using Sluice.Uring;
using Sluice.Uring.Interop;

namespace Sluice.Testing.Simulation.Operations;

/// <summary>
/// A submission from when it was consumed to its last completion. It holds its file all the time:
/// a descriptor that is closed meanwhile ends nothing.
/// </summary>
internal abstract class SimulatedOperation(
    SimulatedKernel kernel, SimulatedRing ring, in io_uring_sqe sqe)
{
    private const double EndingDelayMin = 0.3;

    private readonly io_uring_sqe _sqe = sqe;
    private SimulatedFile? _file;
    private LinkTimeoutOperation? _linkTimeout;

    /// <summary>The operation that starts when this one has completed.</summary>
    public SimulatedOperation? Next { get; set; }

    public ulong UserData => _sqe.user_data;

    public Opcode Opcode => (Opcode)_sqe.opcode;

    public SubmissionFlags Flags => (SubmissionFlags)_sqe.flags;

    public bool IsLinked => (Flags & (SubmissionFlags.Link | SubmissionFlags.HardLink)) != 0;

    /// <summary>Whether the last completion was posted.</summary>
    public bool IsOver { get; private set; }

    public bool IsCancelled { get; private set; }

    /// <summary>Whether it can still be found by a cancel.</summary>
    public virtual bool CanCancel => !IsOver && !IsCancelled;

    /// <summary>When it wants to run without anything having happened.</summary>
    public virtual long Due => long.MaxValue;

    /// <summary>Whether it reads or writes memory of the program's until it is over.</summary>
    public virtual bool HoldsMemory => false;

    /// <summary>How likely it is not to run although it could.</summary>
    public virtual double DelayProbability => IsCancelled || IsDoomed
        ? Math.Max(kernel.Faults.Delay, kernel.Faults.Reorders ? EndingDelayMin : 0)
        : kernel.Faults.Delay;

    /// <summary>What it is counted as when it does not run although it could.</summary>
    public virtual SimulationFault DelayFault => SimulationFault.Delay;

    protected SimulatedKernel Kernel => kernel;

    protected SimulatedRing Ring => ring;

    protected ref readonly io_uring_sqe Sqe => ref _sqe;

    protected SimulatedFile? File => _file;

    /// <summary>Whether it needs the descriptor of its entry to be open.</summary>
    protected virtual bool NeedsFile => true;

    /// <summary>Whether running would get it further.</summary>
    protected abstract bool IsReady { get; }

    // A cancel found it running: it ends by itself, with a result if it finds one.
    private bool IsDoomed { get; set; }

    public bool Refers(SimulatedFile file) => ReferenceEquals(_file, file);

    /// <summary>Checks the entry and makes the first attempt.</summary>
    public void Start()
    {
        ring.Add(this);
        ArmLinkTimeout();
        int error = Check();
        if (error != 0)
        {
            Finish(error);
            return;
        }

        if (CanStep(force: false) && !kernel.Meets(SimulationFault.Delay))
            Step();
    }

    /// <summary>Ends an operation of a broken chain, which never started.</summary>
    public void FinishUnstarted()
    {
        ring.Add(this);
        Finish(-(int)Errno.ECANCELED);
    }

    /// <summary>Whether a step does something; forced means that patience is at an end.</summary>
    public bool CanStep(bool force) => !IsOver && (IsCancelled || (IsDoomed && force) || IsReady);

    /// <summary>Runs it once: it may complete, post a result and stay, or just stay.</summary>
    public void Step()
    {
        if (IsCancelled || (IsDoomed && !IsReady))
            OnCancelled();
        else
            Run();
    }

    /// <summary>Asks it to end: 0, <c>-ENOENT</c> or <c>-EALREADY</c>.</summary>
    public int Cancel(bool isPatient = false)
    {
        if (!CanCancel)
            return -(int)Errno.ENOENT;
        if (isPatient)
        {
            IsCancelled = true;
            return 0;
        }

        if (IsReady && kernel.Meets(SimulationFault.CancelTooLate))
        {
            Step();
            if (!CanCancel)
            {
                kernel.Counters.LateCancels++;
                return -(int)Errno.ENOENT;
            }
        }

        if (IsDoomed || kernel.Meets(SimulationFault.CancelAlready))
        {
            IsDoomed = true;
            kernel.Counters.LateCancels++;
            return -(int)Errno.EALREADY;
        }

        IsCancelled = true;
        return 0;
    }

    /// <summary>The ring is gone: drops what it holds without a completion.</summary>
    public void Abandon()
    {
        IsOver = true;
        ring.Remove(this);
        _file?.Release();
    }

    protected abstract void Run();

    /// <summary>Checks the entry's fields: 0 or <c>-errno</c>.</summary>
    protected virtual int Prepare() => 0;

    protected virtual void OnCancelled() => Finish(-(int)Errno.ECANCELED);

    /// <summary>A cancel has had its effect; the operation goes on to its regular end.</summary>
    protected void Outlive() => IsCancelled = IsDoomed = false;

    /// <summary>Posts a result and stays.</summary>
    protected void PostMore(int result, CompletionFlags flags = CompletionFlags.None) =>
        ring.Post(new Completion(UserData, result, flags | CompletionFlags.More));

    /// <summary>Whether a multishot operation stays after the result that comes now.</summary>
    protected bool StaysArmed()
    {
        if (!IsDoomed && ring.HasRoomForMore && !kernel.Meets(SimulationFault.EndMultishot))
            return true;

        kernel.Counters.EndedMultishots++;
        return false;
    }

    /// <summary>Posts the last completion.</summary>
    protected void Finish(int result, CompletionFlags flags = CompletionFlags.None)
    {
        IsOver = true;
        ring.Remove(this);
        if (result < 0 || (Flags & SubmissionFlags.SkipSuccess) == 0)
            ring.Post(new Completion(UserData, result, flags));
        _file?.Release();
        _linkTimeout?.OnTargetOver();
        ContinueChain(isBroken: result < 0 && (Flags & SubmissionFlags.HardLink) == 0);
    }

    private int Check()
    {
        if ((Flags & SubmissionFlags.Drain) != 0)
            return -(int)Errno.EINVAL;

        if (NeedsFile)
        {
            if ((Flags & SubmissionFlags.FixedFile) != 0)
                return -(int)Errno.EBADF;
            if (kernel.Descriptors.Find(_sqe.fd) is not { } file)
            {
                kernel.Counters.StaleDescriptors++;
                return -(int)Errno.EBADF;
            }

            _file = file;
            file.Acquire();
        }

        return Prepare();
    }

    private void ArmLinkTimeout()
    {
        if (!IsLinked || Next is not LinkTimeoutOperation timeout)
            return;

        Next = timeout.Next;
        timeout.Next = null;
        _linkTimeout = timeout;
        timeout.Arm(this);
    }

    private void ContinueChain(bool isBroken)
    {
        SimulatedOperation? next = Next;
        Next = null;
        if (next is null)
            return;

        if (!isBroken)
        {
            next.Start();
            return;
        }

        while (next is not null)
        {
            SimulatedOperation? after = next.Next;
            next.Next = null;
            next.FinishUnstarted();
            next = after;
        }
    }
}
