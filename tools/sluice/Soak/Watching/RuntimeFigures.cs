namespace Sluice.Tool.Soak.Watching;

/// <summary>Figures of a process's .NET runtime, as its meters give them. For any thread.</summary>
internal sealed class RuntimeFigures
{
    public const string HeapInstrument = "dotnet.gc.last_collection.heap.size";
    public const string CommittedInstrument = "dotnet.gc.last_collection.memory.committed_size";

    private long _heapBytes;
    private long _committedBytes;
    private long _nextHeapBytes;

    /// <summary>What the process is asked for.</summary>
    public static string Wanted { get; } =
        $"System.Runtime\\{HeapInstrument},System.Runtime\\{CommittedInstrument}";

    /// <summary>Bytes of the managed heap after its last collection.</summary>
    public long HeapBytes => Interlocked.Read(ref _heapBytes);

    /// <summary>Bytes that the managed heap had from the system at its last collection.</summary>
    public long CommittedBytes => Interlocked.Read(ref _committedBytes);

    /// <summary>Takes a value: that of one generation, or of all.</summary>
    /// <returns>Whether it is one of these figures.</returns>
    public bool Take(string instrument, long value)
    {
        switch (instrument)
        {
            case HeapInstrument:
                _nextHeapBytes += value;
                return true;
            case CommittedInstrument:
                Interlocked.Exchange(ref _committedBytes, value);
                return true;
            default:
                return false;
        }
    }

    /// <summary>All values of this round have come.</summary>
    public void Complete()
    {
        Interlocked.Exchange(ref _heapBytes, _nextHeapBytes);
        _nextHeapBytes = 0;
    }
}
