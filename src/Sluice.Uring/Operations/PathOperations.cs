using Sluice.Uring.Interop;

namespace Sluice.Uring;

/// <summary>Preparation of what takes a path.</summary>
/// <remarks>
/// Paths are addresses of zero-terminated bytes. They may be reused once they were submitted, if
/// the ring has <see cref="RingFeatures.SubmitStable"/>; results by address must stay in place
/// until the completion. Flags and modes are the kernel's numbers for the running CPU.
/// </remarks>
public static unsafe class PathOperations
{
    /// <summary>The directory that relative paths start from (<c>AT_FDCWD</c>).</summary>
    public const int CurrentDirectory = -100;

    /// <summary>
    /// Opens a file; the result is its descriptor (<c>IORING_OP_OPENAT</c>). Include
    /// <c>O_CLOEXEC</c> (<see cref="DescriptorFlags.CloseOnExec"/>) in the flags.
    /// </summary>
    public static void PrepareOpen(
        this Submission submission, int directoryFd, nint path, uint flags, uint mode) =>
        submission.Set(Opcode.OpenAt, directoryFd, (ulong)path, mode, 0, flags);

    /// <summary>
    /// Opens a file as a direct descriptor (<c>IORING_OP_OPENAT</c>); <c>O_CLOEXEC</c> is not
    /// allowed.
    /// </summary>
    /// <param name="submission">The entry to prepare.</param>
    /// <param name="directoryFd">The directory, or <see cref="CurrentDirectory"/>.</param>
    /// <param name="path">Address of the path.</param>
    /// <param name="flags">The flags of <c>open(2)</c>.</param>
    /// <param name="mode">The permissions of a new file.</param>
    /// <param name="slot">The slot, or <see cref="DirectDescriptor.Allocate"/>.</param>
    public static void PrepareOpenDirect(
        this Submission submission,
        int directoryFd,
        nint path,
        uint flags,
        uint mode,
        uint slot = DirectDescriptor.Allocate)
    {
        submission.PrepareOpen(directoryFd, path, flags, mode);
        submission.Entry->file_index = DirectDescriptor.Encode(slot);
    }

    /// <summary>
    /// Opens a file as an <see cref="OpenHow"/> says (<c>IORING_OP_OPENAT2</c>).
    /// </summary>
    public static void PrepareOpenHow(
        this Submission submission, int directoryFd, nint path, nint openHow) =>
        submission.Set(
            Opcode.OpenAt2, directoryFd, (ulong)path, (uint)sizeof(OpenHow), (ulong)openHow);

    /// <summary>
    /// Opens a file as an <see cref="OpenHow"/> says, as a direct descriptor
    /// (<c>IORING_OP_OPENAT2</c>).
    /// </summary>
    public static void PrepareOpenHowDirect(
        this Submission submission,
        int directoryFd,
        nint path,
        nint openHow,
        uint slot = DirectDescriptor.Allocate)
    {
        submission.PrepareOpenHow(directoryFd, path, openHow);
        submission.Entry->file_index = DirectDescriptor.Encode(slot);
    }

    /// <summary>
    /// Reads a file's attributes into a <c>struct statx</c> (<c>IORING_OP_STATX</c>,
    /// <c>statx(2)</c>).
    /// </summary>
    public static void PrepareStatx(
        this Submission submission,
        int directoryFd,
        nint path,
        uint flags,
        uint mask,
        nint result) =>
        submission.Set(Opcode.Statx, directoryFd, (ulong)path, mask, (ulong)result, flags);

    /// <summary>Renames (<c>IORING_OP_RENAMEAT</c>, <c>renameat2(2)</c>).</summary>
    public static void PrepareRename(
        this Submission submission,
        int oldDirectoryFd,
        nint oldPath,
        int newDirectoryFd,
        nint newPath,
        uint flags = 0) =>
        submission.Set(
            Opcode.RenameAt,
            oldDirectoryFd,
            (ulong)oldPath,
            (uint)newDirectoryFd,
            (ulong)newPath,
            flags);

    /// <summary>
    /// Removes a file or, with <c>AT_REMOVEDIR</c> in the flags, a directory
    /// (<c>IORING_OP_UNLINKAT</c>).
    /// </summary>
    public static void PrepareUnlink(
        this Submission submission, int directoryFd, nint path, uint flags = 0) =>
        submission.Set(Opcode.UnlinkAt, directoryFd, (ulong)path, 0, 0, flags);

    /// <summary>Makes a directory (<c>IORING_OP_MKDIRAT</c>).</summary>
    public static void PrepareMakeDirectory(
        this Submission submission, int directoryFd, nint path, uint mode) =>
        submission.Set(Opcode.MakeDirectoryAt, directoryFd, (ulong)path, mode);

    /// <summary>Makes a symbolic link (<c>IORING_OP_SYMLINKAT</c>).</summary>
    /// <param name="submission">The entry to prepare.</param>
    /// <param name="target">Address of what the link says.</param>
    /// <param name="directoryFd">The directory of the link.</param>
    /// <param name="path">Address of the link's path.</param>
    public static void PrepareSymbolicLink(
        this Submission submission, nint target, int directoryFd, nint path) =>
        submission.Set(Opcode.SymbolicLinkAt, directoryFd, (ulong)target, 0, (ulong)path);

    /// <summary>Gives a file another name (<c>IORING_OP_LINKAT</c>, <c>linkat(2)</c>).</summary>
    public static void PrepareLink(
        this Submission submission,
        int oldDirectoryFd,
        nint oldPath,
        int newDirectoryFd,
        nint newPath,
        uint flags = 0) =>
        submission.Set(
            Opcode.LinkAt,
            oldDirectoryFd,
            (ulong)oldPath,
            (uint)newDirectoryFd,
            (ulong)newPath,
            flags);
}
