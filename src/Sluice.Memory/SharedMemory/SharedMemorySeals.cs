namespace Sluice.Memory;

/// <summary>What nobody can do with an object any more, see <c>F_ADD_SEALS</c>.</summary>
[Flags]
public enum SharedMemorySeals
{
    /// <summary>Everything can be done.</summary>
    None = 0,

    /// <summary>Adding seals.</summary>
    Seal = 0x1,

    /// <summary>Making it smaller, which would end those who read it by a signal.</summary>
    Shrink = 0x2,

    /// <summary>Making it larger.</summary>
    Grow = 0x4,

    /// <summary>Writing. It cannot be set while a writable map exists.</summary>
    Write = 0x8,

    /// <summary>Writing, other than by the maps that exist when it is set.</summary>
    FutureWrite = 0x10,

    /// <summary>Changing whether it can be executed.</summary>
    Executable = 0x20,
}
