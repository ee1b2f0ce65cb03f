namespace Sluice.Memory;

/// <summary>Makes the objects of slabs that other processes can map.</summary>
internal static class SharedSlabs
{
    private const int ENOMEM = 12;
    private const int ENFILE = 23;
    private const int EMFILE = 24;
    private const int ENOSPC = 28;

    /// <summary>
    /// An object of that size, mapped and then sealed; null if there is no memory or no descriptor
    /// left.
    /// </summary>
    /// <exception cref="SharedMemoryException">No backend works, or a seal is refused.</exception>
    public static SharedMemoryMap? TryMap(int size, IoHeapOptions options, out SharedMemory? memory)
    {
        memory = null;
        SharedMemoryMap? map = null;
        try
        {
            memory = SharedMemory.Create(size, OptionsFor(size, options.SharedMemory!));

            // Mapped first: a seal may forbid all later maps that can be written to.
            map = memory.Map();
            if (memory.Backend == SharedMemoryBackend.Memfd)
                memory.Seal(options.SharedMemorySeals);
            return map;
        }
        catch (SharedMemoryException error)
        {
            map?.Dispose();
            memory?.Dispose();
            memory = null;
            if (IsExhaustion(error))
                return null;
            throw;
        }
    }

    /// <summary>As is wanted, but with huge pages only where the slab has whole ones.</summary>
    internal static SharedMemoryOptions OptionsFor(int size, SharedMemoryOptions wanted) => new()
    {
        Backend = wanted.Backend,
        Name = wanted.Name,
        HugePages = wanted.HugePages && (nuint)size % SlabMemory.HugePageSize == 0,
        IsSparse = wanted.IsSparse,
        TemporaryDirectory = wanted.TemporaryDirectory,
    };

    // Several backends say several things; the last of them is the inner exception.
    private static bool IsExhaustion(SharedMemoryException error) =>
        (error.InnerException as SharedMemoryException ?? error).NativeErrorCode
            is ENOMEM or ENFILE or EMFILE or ENOSPC;
}
