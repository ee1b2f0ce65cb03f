using System.Runtime.InteropServices;
using Sluice.Uring;
using Sluice.Uring.Interop;

namespace Sluice.Testing.Simulation.Rings;

/// <summary>
/// The memory that a simulated ring shares with the program, laid out as the kernel does: the
/// queues' counters in cache lines of their own, completions, then the index array if there is one.
/// </summary>
internal sealed unsafe class RingMemory
{
    private const int SqHead = 0;
    private const int SqTail = 64;
    private const int CqHead = 128;
    private const int CqTail = 192;
    private const int SqMask = 256;
    private const int CqMask = 260;
    private const int SqEntries = 264;
    private const int CqEntries = 268;
    private const int SqDropped = 272;
    private const int SqFlags = 276;
    private const int CqFlags = 280;
    private const int CqOverflow = 284;
    private const int Completions = 320;
    private const int PageSize = 4096;

    // What consumed entries are overwritten with, so that a late reader reads nonsense.
    private const byte Poison = 0xDB;

    private readonly byte* _rings;
    private readonly io_uring_sqe* _entries;
    private readonly uint* _array;
    private readonly uint _submissionCount;
    private readonly uint _completionCount;
    private uint _seenCompletionHead;

    public RingMemory(ref io_uring_params parameters)
    {
        _submissionCount = parameters.sq_entries;
        _completionCount = parameters.cq_entries;
        uint arrayOffset = Completions + (_completionCount * (uint)sizeof(Completion));
        bool hasArray = (parameters.flags & (uint)RingSetupFlags.NoSqArray) == 0;
        parameters.sq_off = new()
        {
            head = SqHead,
            tail = SqTail,
            ring_mask = SqMask,
            ring_entries = SqEntries,
            flags = SqFlags,
            dropped = SqDropped,
            array = hasArray ? arrayOffset : 0,
        };
        parameters.cq_off = new()
        {
            head = CqHead,
            tail = CqTail,
            ring_mask = CqMask,
            ring_entries = CqEntries,
            overflow = CqOverflow,
            cqes = Completions,
            flags = CqFlags,
        };
        nuint ringsSize = arrayOffset + (_submissionCount * sizeof(uint));
        nuint entriesSize = _submissionCount * (nuint)sizeof(io_uring_sqe);
        _rings = (byte*)NativeMemory.AlignedAlloc(ringsSize, PageSize);
        _entries = (io_uring_sqe*)NativeMemory.AlignedAlloc(entriesSize, PageSize);
        NativeMemory.Clear(_rings, ringsSize);
        NativeMemory.Clear(_entries, entriesSize);
        At(SqMask) = _submissionCount - 1;
        At(CqMask) = _completionCount - 1;
        At(SqEntries) = _submissionCount;
        At(CqEntries) = _completionCount;
        _array = hasArray ? (uint*)(_rings + arrayOffset) : null;
        Mapping = new RingMapping((nint)_rings, ringsSize, (nint)_entries, entriesSize);
    }

    public RingMapping Mapping { get; }

    /// <summary>Submissions that the program published and nobody consumed.</summary>
    public uint SubmissionsPending => Volatile.Read(ref At(SqTail)) - At(SqHead);

    public uint SubmissionCount => _submissionCount;

    public uint CompletionCount => _completionCount;

    /// <summary>Completions in the queue; more than fit if the program broke the head.</summary>
    public uint CompletionsReady => At(CqTail) - Volatile.Read(ref At(CqHead));

    public bool IsCompletionQueueFull => CompletionsReady >= _completionCount;

    private Completion* CompletionEntries => (Completion*)(_rings + Completions);

    /// <summary>Copies the next submission and consumes its entry; false if malformed.</summary>
    public bool TakeSubmission(out io_uring_sqe sqe)
    {
        uint index = At(SqHead) & (_submissionCount - 1);
        if (_array != null)
            index = _array[index];
        bool isValid = index < _submissionCount;
        sqe = isValid ? _entries[index] : default;
        if (isValid)
            NativeMemory.Fill(_entries + index, (nuint)sizeof(io_uring_sqe), Poison);
        else
            At(SqDropped)++;

        Volatile.Write(ref At(SqHead), At(SqHead) + 1);
        return isValid;
    }

    /// <summary>Appends a completion; the queue is not full.</summary>
    public void Post(in Completion completion)
    {
        // First the old entries: a new one may be about to take the place of one of them.
        PoisonConsumed();
        uint tail = At(CqTail);
        CompletionEntries[tail & (_completionCount - 1)] = completion;
        Volatile.Write(ref At(CqTail), tail + 1);
    }

    public void SetSubmissionFlag(uint flag, bool isSet) => Volatile.Write(
        ref At(SqFlags), isSet ? At(SqFlags) | flag : At(SqFlags) & ~flag);

    /// <summary>Overwrites the completions that the program consumed since the last time.</summary>
    public void PoisonConsumed()
    {
        uint head = Volatile.Read(ref At(CqHead));
        for (; _seenCompletionHead != head; _seenCompletionHead++)
        {
            Completion* entry = CompletionEntries + (_seenCompletionHead & (_completionCount - 1));
            NativeMemory.Fill(entry, (nuint)sizeof(Completion), Poison);
        }
    }

    public void Free()
    {
        NativeMemory.AlignedFree(_rings);
        NativeMemory.AlignedFree(_entries);
    }

    private ref uint At(int offset) => ref *(uint*)(_rings + offset);
}
