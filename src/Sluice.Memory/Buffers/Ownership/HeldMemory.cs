namespace Sluice.Memory;

/// <summary>
/// The life of a slice that outlives the buffer it was cut from, because that buffer's memory
/// would be given to somebody else: it holds the memory until it is closed itself.
/// </summary>
internal sealed class HeldMemory : BufferMemory
{
    private readonly BufferMemory _parent;

    public HeldMemory(BufferMemory parent, int generation)
    {
        if (!parent.TryPin(generation))
            BufferThrow.Disposed();

        _parent = parent;
        Open();
    }

    public override bool IsReused => true;

    public override BufferMemory ForSlice(int generation) => new HeldMemory(this, generation);

    protected override void OnUnused() => _parent.Unpin();
}
