using System.Runtime.InteropServices;

namespace Sluice.Memory;

/// <summary>Numbers of <c>open(2)</c> on Linux.</summary>
internal static class OpenFlags
{
    public const int EEXIST = 17;

    /// <summary>How many random names are tried before a name that exists is an error.</summary>
    public const int NamesMax = 8;

    /// <summary>Permissions 0600.</summary>
    public const uint OwnerOnly = 0x180;

    /// <summary>A new file of that name; never one that exists, so never through a link.</summary>
    public const int CreateNew = O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC;

    private const int O_RDWR = 2;
    private const int O_CREAT = 0x40;
    private const int O_EXCL = 0x80;
    private const int O_CLOEXEC = 0x80000;
    private const int O_TMPFILE_ALONE = 0x400000;

    /// <summary>A file that has no name and gets none.</summary>
    public static int CreateUnnamed =>
        O_RDWR | O_EXCL | O_CLOEXEC | O_TMPFILE_ALONE | Directory;

    // O_DIRECTORY; ARM has its own number.
    private static int Directory =>
        RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm
            ? 0x4000
            : 0x10000;
}
