namespace Sluice.Testing.Simulation.Rings;

/// <summary>
/// Which memory the kernel may write to because the program provided it in a buffer ring. Two
/// overlapping ranges mean that a buffer was provided twice.
/// </summary>
internal sealed class ProvidedMemory
{
    // Sorted by start, not overlapping.
    private readonly List<(ulong Start, ulong End)> _ranges = [];

    /// <summary>Bytes that are provided at the moment.</summary>
    public int Count => _ranges.Count;

    /// <summary>Adds a range; false if some of it is there already.</summary>
    public bool TryAdd(ulong start, uint length)
    {
        if (Overlaps(start, length))
            return false;

        _ranges.Insert(FirstEndingAfter(start), (start, start + length));
        return true;
    }

    public bool Overlaps(ulong start, ulong length)
    {
        int index = FirstEndingAfter(start);
        return index < _ranges.Count && _ranges[index].Start < start + length;
    }

    /// <summary>Takes bytes from the front of the range that starts here.</summary>
    public void Take(ulong start, uint length)
    {
        int index = FirstEndingAfter(start);
        (ulong from, ulong end) = _ranges[index];
        if (from + length >= end)
            _ranges.RemoveAt(index);
        else
            _ranges[index] = (from + length, end);
    }

    private int FirstEndingAfter(ulong address)
    {
        int low = 0;
        int high = _ranges.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_ranges[middle].End <= address)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
