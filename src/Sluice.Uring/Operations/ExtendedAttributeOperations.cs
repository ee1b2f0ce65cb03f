using Sluice.Uring.Interop;

namespace Sluice.Uring;

/// <summary>Preparation of operations on extended attributes (<c>xattr(7)</c>).</summary>
/// <remarks>
/// Names and paths are addresses of zero-terminated bytes. Values that are read must stay in
/// place until the completion, whose result is their length.
/// </remarks>
public static unsafe class ExtendedAttributeOperations
{
    /// <summary>Reads an attribute by path (<c>IORING_OP_GETXATTR</c>).</summary>
    public static void PrepareGetExtendedAttribute(
        this Submission submission, nint path, nint name, nint value, uint length)
    {
        submission.Set(Opcode.GetExtendedAttribute, 0, (ulong)name, length, (ulong)value);
        submission.Entry->addr3 = (ulong)path;
    }

    /// <summary>
    /// Sets an attribute by path (<c>IORING_OP_SETXATTR</c>); the flags are those of
    /// <c>setxattr(2)</c>.
    /// </summary>
    public static void PrepareSetExtendedAttribute(
        this Submission submission,
        nint path,
        nint name,
        nint value,
        uint length,
        uint flags = 0)
    {
        submission.Set(
            Opcode.SetExtendedAttribute, 0, (ulong)name, length, (ulong)value, flags);
        submission.Entry->addr3 = (ulong)path;
    }

    /// <summary>Reads an attribute of an open file (<c>IORING_OP_FGETXATTR</c>).</summary>
    public static void PrepareGetExtendedAttribute(
        this Submission submission, int fd, nint name, nint value, uint length) =>
        submission.Set(Opcode.GetExtendedAttributeFd, fd, (ulong)name, length, (ulong)value);

    /// <summary>
    /// Sets an attribute of an open file (<c>IORING_OP_FSETXATTR</c>); the flags are those of
    /// <c>setxattr(2)</c>.
    /// </summary>
    public static void PrepareSetExtendedAttribute(
        this Submission submission,
        int fd,
        nint name,
        nint value,
        uint length,
        uint flags = 0) =>
        submission.Set(
            Opcode.SetExtendedAttributeFd, fd, (ulong)name, length, (ulong)value, flags);
}
