using Microsoft.Win32.SafeHandles;

namespace Sluice.Memory;

/// <summary>An object that was just made.</summary>
/// <param name="Handle">Its descriptor, owned by whoever holds this.</param>
/// <param name="HasHugePages">Whether it is of huge pages.</param>
internal readonly record struct MadeObject(SafeFileHandle? Handle, bool HasHugePages);
