namespace Sluice.Memory.Tests.IoVectors.Schedules;

/// <summary>
/// What the reference counts should be: an entry per allocation, with the references that the
/// threads hold and the operations on it that are under way. One thread runs at a time.
/// </summary>
internal sealed class VectorLedger
{
    private readonly Dictionary<VectorHandle, int> _references = [];
    private readonly Dictionary<nint, VectorHandle> _live = [];

    public void Allocated(VectorHandle handle)
    {
        if (_live.TryGetValue(handle.Block, out VectorHandle other))
            Assert.Fail($"{handle} was handed out while {other} is held");
        if (_references.ContainsKey(handle))
            Assert.Fail($"{handle} was handed out before");
        _live[handle.Block] = handle;
        _references[handle] = 1;
    }

    public void Cloned(VectorHandle handle) => _references[handle]++;

    /// <summary>Before a release: from here on the holder has no right to the block.</summary>
    public void Releasing(VectorHandle handle)
    {
        if (--_references[handle] == 0)
            _live.Remove(handle.Block);
    }

    /// <summary>A reference goes on under a new generation.</summary>
    public void Moved(VectorHandle from, VectorHandle to)
    {
        if (from == to)
            return;

        Assert.Equal(1, _references[from]);
        _references[from] = 0;
        _references[to] = 1;
        _live[from.Block] = to;
    }

    public int Count(VectorHandle handle) => _references[handle];

    public bool IsEmpty => _live.Count == 0;

    public void Clear()
    {
        _references.Clear();
        _live.Clear();
    }
}
