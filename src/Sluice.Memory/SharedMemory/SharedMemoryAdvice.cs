namespace Sluice.Memory;

/// <summary>How a map will be used; a hint, see <c>madvise(2)</c>.</summary>
public enum SharedMemoryAdvice
{
    /// <summary>Nothing special.</summary>
    Normal,

    /// <summary>Here and there: reading ahead is of no use.</summary>
    Random,

    /// <summary>Front to back.</summary>
    Sequential,

    /// <summary>Soon: bring it into memory now.</summary>
    WillNeed,

    /// <summary>In huge pages, where the system has them for such objects.</summary>
    HugePages,
}
