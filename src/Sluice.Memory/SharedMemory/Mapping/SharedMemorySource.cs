namespace Sluice.Memory;

/// <summary>Ends a map, and the object with it if nobody else has it.</summary>
/// <param name="memory">The object that was mapped.</param>
/// <param name="mapper">Who maps it; null for an empty map.</param>
/// <param name="ownsMemory">Whether the object ends with the map.</param>
internal sealed class SharedMemorySource(
    SharedMemory memory, NativeSource? mapper, bool ownsMemory) : NativeSource
{
    public SharedMemory Memory => memory;

    public override void Free(in NativeAllocation map)
    {
        mapper?.Free(map);
        memory.OnUnmapped();
        if (ownsMemory)
            memory.Dispose();
    }
}
