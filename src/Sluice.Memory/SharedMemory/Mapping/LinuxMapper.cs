namespace Sluice.Memory;

/// <summary>Takes back what was mapped.</summary>
internal sealed class LinuxMapper(ISharedMemorySystem system) : NativeSource
{
    /// <summary>Bytes from the page where a map begins to its end.</summary>
    public static nuint Length(in NativeAllocation map) =>
        map.Size + (nuint)(map.Address - map.Origin);

    public override void Free(in NativeAllocation memory) =>
        _ = system.Unmap(memory.Origin, Length(memory));
}
