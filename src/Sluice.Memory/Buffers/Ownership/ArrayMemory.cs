namespace Sluice.Memory;

/// <summary>
/// The life of a managed array: only what its views may do, the memory is the GC's.
/// </summary>
internal sealed class ArrayMemory : BufferMemory
{
    public ArrayMemory() => Open();

    protected override void OnUnused()
    {
    }
}
