using Sluice.Uring.Interop;

namespace Sluice.Uring;

/// <summary>Preparation of reads and writes.</summary>
/// <remarks>
/// Memory must stay in place until the completion; arrays of <see cref="BufferSegment"/> only
/// until the submit, if the ring has <see cref="RingFeatures.SubmitStable"/>. The result is the
/// number of bytes, which may be less than asked for, or <c>-errno</c>. Sockets and pipes take
/// the offset <see cref="CurrentPosition"/> or 0.
/// </remarks>
public static unsafe class FileOperations
{
    /// <summary>The offset that means the file's own position, which then advances.</summary>
    public const ulong CurrentPosition = ulong.MaxValue;

    /// <summary>Reads into memory (<c>IORING_OP_READ</c>).</summary>
    public static void PrepareRead(
        this Submission submission,
        int fd,
        nint address,
        uint length,
        ulong offset,
        ReadWriteFlags flags = ReadWriteFlags.None) =>
        submission.Set(Opcode.Read, fd, (ulong)address, length, offset, (uint)flags);

    /// <summary>Writes from memory (<c>IORING_OP_WRITE</c>).</summary>
    public static void PrepareWrite(
        this Submission submission,
        int fd,
        nint address,
        uint length,
        ulong offset,
        ReadWriteFlags flags = ReadWriteFlags.None) =>
        submission.Set(Opcode.Write, fd, (ulong)address, length, offset, (uint)flags);

    /// <summary>
    /// Reads into an array of <see cref="BufferSegment"/> (<c>IORING_OP_READV</c>).
    /// </summary>
    public static void PrepareReadVector(
        this Submission submission,
        int fd,
        nint segments,
        uint count,
        ulong offset,
        ReadWriteFlags flags = ReadWriteFlags.None) =>
        submission.Set(Opcode.ReadVector, fd, (ulong)segments, count, offset, (uint)flags);

    /// <summary>
    /// Writes an array of <see cref="BufferSegment"/> (<c>IORING_OP_WRITEV</c>).
    /// </summary>
    public static void PrepareWriteVector(
        this Submission submission,
        int fd,
        nint segments,
        uint count,
        ulong offset,
        ReadWriteFlags flags = ReadWriteFlags.None) =>
        submission.Set(Opcode.WriteVector, fd, (ulong)segments, count, offset, (uint)flags);

    /// <summary>Reads into a registered buffer (<c>IORING_OP_READ_FIXED</c>).</summary>
    /// <param name="submission">The entry to prepare.</param>
    /// <param name="fd">The file.</param>
    /// <param name="address">Where to, inside the registered buffer.</param>
    /// <param name="length">How many bytes.</param>
    /// <param name="offset">Where in the file.</param>
    /// <param name="bufferIndex">The registered buffer.</param>
    public static void PrepareReadFixed(
        this Submission submission,
        int fd,
        nint address,
        uint length,
        ulong offset,
        ushort bufferIndex)
    {
        submission.Set(Opcode.ReadFixed, fd, (ulong)address, length, offset);
        submission.Entry->buf_index = bufferIndex;
    }

    /// <summary>Writes from a registered buffer (<c>IORING_OP_WRITE_FIXED</c>).</summary>
    /// <param name="submission">The entry to prepare.</param>
    /// <param name="fd">The file.</param>
    /// <param name="address">Where from, inside the registered buffer.</param>
    /// <param name="length">How many bytes.</param>
    /// <param name="offset">Where in the file.</param>
    /// <param name="bufferIndex">The registered buffer.</param>
    public static void PrepareWriteFixed(
        this Submission submission,
        int fd,
        nint address,
        uint length,
        ulong offset,
        ushort bufferIndex)
    {
        submission.Set(Opcode.WriteFixed, fd, (ulong)address, length, offset);
        submission.Entry->buf_index = bufferIndex;
    }

    /// <summary>
    /// Reads into segments that lie in a registered buffer (<c>IORING_OP_READV_FIXED</c>,
    /// Linux 6.15).
    /// </summary>
    public static void PrepareReadVectorFixed(
        this Submission submission,
        int fd,
        nint segments,
        uint count,
        ulong offset,
        ushort bufferIndex,
        ReadWriteFlags flags = ReadWriteFlags.None)
    {
        submission.Set(
            Opcode.ReadVectorFixed, fd, (ulong)segments, count, offset, (uint)flags);
        submission.Entry->buf_index = bufferIndex;
    }

    /// <summary>
    /// Writes segments that lie in a registered buffer (<c>IORING_OP_WRITEV_FIXED</c>,
    /// Linux 6.15).
    /// </summary>
    public static void PrepareWriteVectorFixed(
        this Submission submission,
        int fd,
        nint segments,
        uint count,
        ulong offset,
        ushort bufferIndex,
        ReadWriteFlags flags = ReadWriteFlags.None)
    {
        submission.Set(
            Opcode.WriteVectorFixed, fd, (ulong)segments, count, offset, (uint)flags);
        submission.Entry->buf_index = bufferIndex;
    }

    /// <summary>
    /// Reads from a pipe or another file that can be polled into provided buffers, one
    /// completion each, until one comes without <see cref="Completion.HasMore"/>
    /// (<c>IORING_OP_READ_MULTISHOT</c>, Linux 6.7).
    /// </summary>
    /// <param name="submission">The entry to prepare.</param>
    /// <param name="fd">The file.</param>
    /// <param name="bufferGroup">The group that buffers are taken from.</param>
    /// <param name="length">The most to read at once; 0 means a buffer's length.</param>
    /// <param name="offset">Where in the file.</param>
    public static void PrepareReadMultishot(
        this Submission submission,
        int fd,
        ushort bufferGroup,
        uint length = 0,
        ulong offset = CurrentPosition)
    {
        submission.Set(Opcode.ReadMultishot, fd, 0, length, offset);
        submission.Flags = SubmissionFlags.BufferSelect;
        submission.BufferGroup = bufferGroup;
    }
}
