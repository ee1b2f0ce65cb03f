using System.Diagnostics;
using System.Globalization;
using System.Text;
using static Sluice.Memory.BlockWord;

namespace Sluice.Memory;

/// <summary>
/// What tracing knows about all blocks of the process. A debugging aid, hence static; nothing of
/// it exists while tracing is off. One lock protects it, and whole operations take it.
/// </summary>
internal static unsafe class TraceRegistry
{
    private const byte Poison = 0xDB;
    private const int HistoryMax = 8;

    private static readonly Dictionary<nint, List<GenerationTrace>> Blocks = [];
    private static readonly Dictionary<nint, Queue<nint>> Quarantine = [];
    private static long _allocations;

    public static Lock Gate { get; } = new();

    /// <summary>Starts a record; forgets the oldest of the block.</summary>
    public static GenerationTrace Begin(Block* block, ulong generation, int length)
    {
        bool hasStack = IoVectorTrace.HasStack(_allocations++);
        var trace = new GenerationTrace((nint)block, generation, length)
        {
            Allocation = hasStack ? new StackTrace(3, fNeedFileInfo: true) : null,
        };

        if (!Blocks.TryGetValue((nint)block, out List<GenerationTrace>? history))
            Blocks[(nint)block] = history = [];
        if (history.Count == HistoryMax)
            history.RemoveAt(0);
        history.Add(trace);
        return trace;
    }

    public static GenerationTrace? Find(Block* block, ulong vector) =>
        Blocks.TryGetValue((nint)block, out List<GenerationTrace>? history)
            ? history.FindLast(trace => trace.Generation == (vector & ~LowMask))
            : null;

    /// <summary>The stacks of a vector's generation, or of the last one if it has none.</summary>
    public static string Describe(Block* block, ulong vector)
    {
        lock (Gate)
        {
            if (!Blocks.TryGetValue((nint)block, out List<GenerationTrace>? history))
                return "";

            GenerationTrace? trace = vector == 0 ? history[^1] : Find(block, vector);
            return trace?.Describe((int)(vector & LowMask)) ?? "";
        }
    }

    /// <summary>A block is free: poison it, and pass on an older one, or null.</summary>
    public static Block* Retire(Block* block)
    {
        lock (Gate)
        {
            if (IoVectorTrace.HasPoison)
                Fill(block);
            if (IoVectorTrace.QuarantineCount == 0)
                return block;

            if (!Quarantine.TryGetValue((nint)block->Home, out Queue<nint>? queue))
                Quarantine[(nint)block->Home] = queue = new();
            queue.Enqueue((nint)block);
            return queue.Count > IoVectorTrace.QuarantineCount ? (Block*)queue.Dequeue() : null;
        }
    }

    /// <summary>The oldest one in quarantine, or null: before an allocation fails.</summary>
    public static Block* TakeQuarantined(BlockList* list)
    {
        lock (Gate)
        {
            return Quarantine.TryGetValue((nint)list, out Queue<nint>? queue)
                && queue.TryDequeue(out nint block) ? (Block*)block : null;
        }
    }

    public static void ForgetQuarantine(BlockList* lists, int count)
    {
        lock (Gate)
        {
            for (int index = 0; index < count; index++)
                Quarantine.Remove((nint)(lists + index));
        }
    }

    /// <summary>The block's memory is gone; its header will serve other memory.</summary>
    public static void ForgetPoison(Block* block)
    {
        lock (Gate)
        {
            if (Blocks.TryGetValue((nint)block, out List<GenerationTrace>? history))
                history[^1].IsPoisoned = false;
        }
    }

    /// <summary>Throws if somebody has written to a free block.</summary>
    public static void RequireUntouched(Block* block)
    {
        lock (Gate)
        {
            if (!Blocks.TryGetValue((nint)block, out List<GenerationTrace>? history)
                || !history[^1].IsPoisoned)
            {
                return;
            }

            GenerationTrace last = history[^1];
            int at = Data(block).IndexOfAnyExcept(Poison);
            if (at >= 0)
                Misuse.ThrowWritten(block, last.Generation, at);
        }
    }

    public static string ReportLive()
    {
        var text = new StringBuilder();
        lock (Gate)
        {
            foreach (GenerationTrace trace in Live())
            {
                text.Append(CultureInfo.InvariantCulture, $"block 0x{trace.Block:x}, ")
                    .Append(CultureInfo.InvariantCulture, $"{trace.Length} bytes")
                    .Append(trace.Describe(-1))
                    .Append('\n');
            }
        }

        return text.ToString();
    }

    public static string ReportSites()
    {
        var text = new StringBuilder();
        lock (Gate)
        {
            var sites = Live()
                .GroupBy(
                    trace => trace.Allocation?.ToString() ?? "(no stack recorded)\n",
                    StringComparer.Ordinal)
                .Select(site => (
                    Stack: site.Key, Count: site.Count(), Bytes: site.Sum(x => (long)x.Length)))
                .OrderByDescending(site => site.Bytes);
            foreach ((string stack, int count, long bytes) in sites)
            {
                text.Append(CultureInfo.InvariantCulture, $"{count} vector(s), {bytes} bytes:\n")
                    .Append(stack);
            }
        }

        return text.ToString();
    }

    private static IEnumerable<GenerationTrace> Live() =>
        Blocks.Values.SelectMany(history => history).Where(trace => trace.IsLive);

    private static void Fill(Block* block)
    {
        Data(block).Fill(Poison);
        Blocks[(nint)block][^1].IsPoisoned = true;
    }

    private static Span<byte> Data(Block* block) => new(block->Data, block->Home->BlockSize);
}
