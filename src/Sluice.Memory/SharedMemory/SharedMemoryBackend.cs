namespace Sluice.Memory;

/// <summary>What a shared memory object is made of.</summary>
public enum SharedMemoryBackend
{
    /// <summary>The first of the others that works here, in their order.</summary>
    Auto,

    /// <summary>
    /// A file in memory without a name, <c>memfd_create(2)</c>; Linux. It can be sealed.
    /// </summary>
    Memfd,

    /// <summary>A POSIX object, <c>shm_open(3)</c>, whose name is gone at once; Unix.</summary>
    PosixShm,

    /// <summary>A temporary file without a name; everywhere.</summary>
    TemporaryFile,
}
