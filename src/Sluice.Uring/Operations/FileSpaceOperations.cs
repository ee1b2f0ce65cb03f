using static Sluice.Uring.Interop.IoUringConstants;

namespace Sluice.Uring;

/// <summary>Preparation of what concerns a file's or a mapping's storage.</summary>
public static class FileSpaceOperations
{
    /// <summary>Writes a file to its storage (<c>IORING_OP_FSYNC</c>).</summary>
    /// <param name="submission">The entry to prepare.</param>
    /// <param name="fd">The file.</param>
    /// <param name="dataOnly">Whether its metadata may wait (<c>fdatasync(2)</c>).</param>
    public static void PrepareFileSync(
        this Submission submission, int fd, bool dataOnly = false) =>
        submission.Set(Opcode.FileSync, fd, 0, 0, 0, dataOnly ? IORING_FSYNC_DATASYNC : 0);

    /// <summary>
    /// Writes a part of a file to its storage (<c>IORING_OP_SYNC_FILE_RANGE</c>); the flags are
    /// those of <c>sync_file_range(2)</c>.
    /// </summary>
    public static void PrepareSyncFileRange(
        this Submission submission, int fd, ulong offset, uint length, uint flags) =>
        submission.Set(Opcode.SyncFileRange, fd, 0, length, offset, flags);

    /// <summary>
    /// Allocates or frees space of a file (<c>IORING_OP_FALLOCATE</c>); the mode is that of
    /// <c>fallocate(2)</c>.
    /// </summary>
    public static void PrepareAllocate(
        this Submission submission, int fd, int mode, ulong offset, ulong length) =>
        submission.Set(Opcode.Allocate, fd, length, (uint)mode, offset);

    /// <summary>Sets a file's length (<c>IORING_OP_FTRUNCATE</c>, Linux 6.9).</summary>
    public static void PrepareTruncate(this Submission submission, int fd, ulong length) =>
        submission.Set(Opcode.Truncate, fd, 0, 0, length);

    /// <summary>
    /// Says how a part of a file will be used (<c>IORING_OP_FADVISE</c>); a length of 0 means up
    /// to its end.
    /// </summary>
    public static void PrepareFileAdvise(
        this Submission submission, int fd, ulong offset, uint length, FileAdvice advice) =>
        submission.Set(Opcode.FileAdvise, fd, 0, length, offset, (uint)advice);

    /// <summary>
    /// Says how mapped memory will be used (<c>IORING_OP_MADVISE</c>); the advice is that of
    /// <c>madvise(2)</c>.
    /// </summary>
    public static void PrepareMemoryAdvise(
        this Submission submission, nint address, uint length, int advice) =>
        submission.Set(Opcode.MemoryAdvise, -1, (ulong)address, length, 0, (uint)advice);
}
