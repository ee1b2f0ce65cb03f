using System.Diagnostics;
using static Sluice.Memory.BlockWord;

namespace Sluice.Memory;

/// <summary>
/// The operations of <see cref="IoVector"/> while tracing is on: each reference has a number in
/// the lower bits of the vector's generation, and a number that has ended is refused.
/// </summary>
internal static unsafe class TracedVectors
{
    public static void Allocated(ref IoVector vector)
    {
        lock (TraceRegistry.Gate)
        {
            GenerationTrace trace = TraceRegistry.Begin(
                vector.Block, vector.Generation, vector.Length);
            vector.Generation |= trace.AddReference();
        }
    }

    public static IoVector Clone(IoVector vector)
    {
        lock (TraceRegistry.Gate)
        {
            GenerationTrace trace = Require(vector);
            BlockCounts<NoInterleaving>.Clone(vector.Block, trace.Generation);
            vector.Generation = trace.Generation | trace.AddReference();
            return vector;
        }
    }

    public static IoVector Move(ref IoVector vector)
    {
        lock (TraceRegistry.Gate)
        {
            // As for a clone that takes the place of the original; the checks are the same.
            IoVector moved = Clone(vector);
            Release(ref vector);
            return moved;
        }
    }

    public static void Release(ref IoVector vector)
    {
        lock (TraceRegistry.Gate)
        {
            GenerationTrace trace = Require(vector);
            int reference = (int)(vector.Generation & LowMask);
            Block* block = vector.Block;
            BlockCounts<NoInterleaving>.Release(block, trace.Generation);
            trace.EndReference(reference, Capture(trace));
            vector.Generation = 0;
        }
    }

    public static void Abandoned(in IoVector vector)
    {
        lock (TraceRegistry.Gate)
        {
            GenerationTrace trace = Require(vector);
            trace.EndReference((int)(vector.Generation & LowMask), Capture(trace));
        }
    }

    public static void RequireReference(in IoVector vector)
    {
        lock (TraceRegistry.Gate)
            Require(vector);
    }

    private static GenerationTrace Require(in IoVector vector)
    {
        if (vector.Block == null)
            Misuse.Throw(vector.Block, vector.Generation);

        GenerationTrace? trace = TraceRegistry.Find(vector.Block, vector.Generation);
        int reference = (int)(vector.Generation & LowMask);
        if (trace is null || !trace.HasReference(reference))
        {
            Misuse.ThrowStale(
                vector.Block, vector.Generation, Volatile.Read(ref vector.Block->Word));
        }

        return trace;
    }

    private static StackTrace? Capture(GenerationTrace trace) =>
        trace.Allocation is null ? null : new StackTrace(2, fNeedFileInfo: true);
}
