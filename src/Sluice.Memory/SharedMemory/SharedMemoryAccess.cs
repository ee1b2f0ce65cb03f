namespace Sluice.Memory;

/// <summary>What a map may be used for.</summary>
public enum SharedMemoryAccess
{
    /// <summary>Reading and writing; all maps of the object see what is written.</summary>
    ReadWrite,

    /// <summary>Reading only.</summary>
    Read,

    /// <summary>Reading, and writing that nobody else sees.</summary>
    CopyOnWrite,
}
