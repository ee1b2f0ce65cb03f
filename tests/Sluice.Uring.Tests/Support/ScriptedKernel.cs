using System.Runtime.InteropServices;
using Sluice.Uring.Interop;

namespace Sluice.Uring.Tests.Support;

/// <summary>
/// A kernel that does what a test tells it: which setups it refuses, how many submissions it
/// consumes, what its calls return. It starts nothing by itself.
/// </summary>
internal sealed unsafe class ScriptedKernel : IRingKernel, IDisposable
{
    /// <summary>What the ring's own descriptor is called once it is registered.</summary>
    public const int RegisteredIndex = 5;

    private const int SubmissionHead = 24;
    private const int SubmissionTail = 4;
    private const int SubmissionMask = 8;
    private const int SubmissionCount = 12;
    private const int SubmissionFlagsAt = 16;
    private const int SubmissionDropped = 20;
    private const int CompletionHead = 64;
    private const int CompletionTail = 68;
    private const int CompletionMask = 72;
    private const int CompletionCount = 76;
    private const int CompletionOverflow = 80;
    private const int CompletionFlagsAt = 84;
    private const int CompletionEntries = 128;

    private byte* _rings;
    private io_uring_sqe* _entries;
    private nuint _arrayAt;

    /// <summary>What setup returns for these flags; 0 or more creates the ring.</summary>
    public Func<io_uring_params, int> OnSetup { get; set; } = _ => 0;

    /// <summary>What enter returns; by default it consumes everything.</summary>
    public Func<EnterCall, int>? OnEnter { get; set; }

    /// <summary>What register returns for an opcode; by default 0.</summary>
    public Func<uint, int>? OnRegister { get; set; }

    public List<RingSetupFlags> Setups { get; } = [];

    public List<EnterCall> Enters { get; } = [];

    public List<uint> Registers { get; } = [];

    public List<ulong> Consumed { get; } = [];

    public int Closed { get; private set; }

    public ref uint SubmissionFlagBits => ref Field(SubmissionFlagsAt);

    /// <summary>What the kernel says of malformed entries.</summary>
    public ref uint Dropped => ref Field(SubmissionDropped);

    /// <summary>What the kernel says of completions that it lost.</summary>
    public ref uint Overflow => ref Field(CompletionOverflow);

    /// <summary>The index array, and the number behind it, which is nobody's to write.</summary>
    public ReadOnlySpan<uint> IndexArray =>
        new(_rings + _arrayAt, (int)Field(SubmissionCount) + 1);

    /// <summary>What mapping a resized ring returns.</summary>
    public int RemapResult { get; set; } = -(int)Errno.ENOSYS;

    public int Setup(uint entries, ref io_uring_params parameters, out RingMapping mapping)
    {
        mapping = default;
        Setups.Add((RingSetupFlags)parameters.flags);
        int result = OnSetup(parameters);
        if (result < 0)
            return result;

        uint completions = entries * 2;
        _arrayAt = CompletionEntries + (completions * (nuint)sizeof(Completion));
        nuint size = _arrayAt + ((entries + 1) * sizeof(uint));
        _rings = (byte*)NativeMemory.AllocZeroed(size);
        nuint entriesSize = entries * (nuint)sizeof(io_uring_sqe);
        _entries = (io_uring_sqe*)NativeMemory.AllocZeroed(entriesSize);
        Field(SubmissionCount) = entries;
        Field(SubmissionMask) = entries - 1;
        Field(CompletionCount) = completions;
        Field(CompletionMask) = completions - 1;
        parameters.sq_entries = entries;
        parameters.cq_entries = completions;
        parameters.sq_off = new()
        {
            head = SubmissionHead,
            tail = SubmissionTail,
            ring_mask = SubmissionMask,
            ring_entries = SubmissionCount,
            flags = SubmissionFlagsAt,
            dropped = SubmissionDropped,
            array = (uint)_arrayAt,
        };
        parameters.cq_off = new()
        {
            head = CompletionHead,
            tail = CompletionTail,
            ring_mask = CompletionMask,
            ring_entries = CompletionCount,
            overflow = CompletionOverflow,
            flags = CompletionFlagsAt,
            cqes = CompletionEntries,
        };
        mapping = new((nint)_rings, size, (nint)_entries, entriesSize);
        return result;
    }

    public int Enter(int fd, uint toSubmit, uint minComplete, uint flags, void* arg, nuint argSize)
    {
        var call = new EnterCall(fd, toSubmit, minComplete, flags, WaitOf(flags, arg, argSize));
        Enters.Add(call);
        if (OnEnter is not null)
            return OnEnter(call);
        Consume(toSubmit);
        return (int)toSubmit;
    }

    public int Register(int fd, uint opcode, void* arg, uint argCount)
    {
        Assert.Equal(0, Closed);
        Registers.Add(opcode);
        int result = OnRegister is null ? 0 : OnRegister(opcode);
        if (opcode == IoUringConstants.IORING_REGISTER_RING_FDS && result == 1)
            ((io_uring_rsrc_update*)arg)->offset = RegisteredIndex;
        return result;
    }

    public int Remap(int fd, in io_uring_params parameters, ref RingMapping mapping) =>
        RemapResult;

    public void Close(int fd, in RingMapping mapping) => Closed++;

    /// <summary>Consumes published submissions, like a kernel that takes only a part.</summary>
    public void Consume(uint count)
    {
        for (uint i = 0; i < count; i++)
        {
            uint head = Field(SubmissionHead);
            Assert.NotEqual(Field(SubmissionTail), head);
            Consumed.Add(_entries[head & Field(SubmissionMask)].user_data);
            Volatile.Write(ref Field(SubmissionHead), head + 1);
        }
    }

    /// <summary>Posts a completion.</summary>
    public void Complete(Completion completion)
    {
        uint tail = Field(CompletionTail);
        Assert.True(tail - Field(CompletionHead) < Field(CompletionCount));
        ((Completion*)(_rings + CompletionEntries))[tail & Field(CompletionMask)] = completion;
        Volatile.Write(ref Field(CompletionTail), tail + 1);
    }

    public void Dispose()
    {
        NativeMemory.Free(_rings);
        NativeMemory.Free(_entries);
        _rings = null;
        _entries = null;
    }

    private ref uint Field(int offset) => ref *(uint*)(_rings + offset);

    private static EnterWait? WaitOf(uint flags, void* arg, nuint argSize)
    {
        if ((flags & IoUringConstants.IORING_ENTER_EXT_ARG) == 0)
        {
            Assert.True(arg == null && argSize == 0);
            return null;
        }

        Assert.Equal((nuint)sizeof(io_uring_getevents_arg), argSize);
        var argument = (io_uring_getevents_arg*)arg;
        var time = (__kernel_timespec*)argument->ts;
        return new EnterWait(
            time == null ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(time->tv_sec)
                + TimeSpan.FromTicks(time->tv_nsec / TimeSpan.NanosecondsPerTick),
            argument->min_wait_usec);
    }

    /// <summary>One call; the wait is there if the flags say that there is an argument.</summary>
    internal readonly record struct EnterCall(
        int Fd, uint ToSubmit, uint MinComplete, uint Flags, EnterWait? Wait = null);

    /// <summary>How long a call may wait.</summary>
    internal readonly record struct EnterWait(TimeSpan Timeout, uint MinWaitMicroseconds);
}
