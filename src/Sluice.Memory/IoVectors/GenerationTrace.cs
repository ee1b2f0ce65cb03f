using System.Diagnostics;
using System.Text;

namespace Sluice.Memory;

/// <summary>What was recorded of one allocation of a block and its references.</summary>
internal sealed class GenerationTrace(nint block, ulong generation, int length)
{
    private readonly Dictionary<int, StackTrace?> _ended = [];
    private readonly HashSet<int> _live = [];
    private int _lastReference;
    private StackTrace? _lastEnd;

    public nint Block { get; } = block;

    public ulong Generation { get; } = generation;

    public int Length { get; } = length;

    public int ThreadId { get; } = Environment.CurrentManagedThreadId;

    public StackTrace? Allocation { get; init; }

    public bool IsLive => _live.Count > 0;

    /// <summary>Filled when the block was retired, and not touched since, as far as is known.
    /// </summary>
    public bool IsPoisoned { get; set; }

    public bool HasReference(int reference) => _live.Contains(reference);

    /// <summary>The number of a new reference. The numbers have 20 bits and come round.</summary>
    public uint AddReference()
    {
        do
            _lastReference = _lastReference % (int)BlockWord.LowMask + 1;
        while (!_live.Add(_lastReference));
        return (uint)_lastReference;
    }

    public void EndReference(int reference, StackTrace? stack)
    {
        _live.Remove(reference);
        _ended[reference] = stack;
        _lastEnd = stack;
    }

    /// <summary>Where it was allocated, and where the reference, or the last one, ended.</summary>
    public string Describe(int reference)
    {
        var text = new StringBuilder();
        text.Append("\nAllocated on thread ").Append(ThreadId).Append(Format(Allocation));
        if (_ended.TryGetValue(reference, out StackTrace? end) || (reference == 0 && !IsLive))
            text.Append("\nReleased or moved").Append(Format(end ?? _lastEnd));
        return text.ToString();
    }

    private static string Format(StackTrace? stack) =>
        stack is null ? " (no stack recorded)" : $":\n{stack.ToString().TrimEnd()}";
}
