using System.Runtime.InteropServices;

namespace Sluice.Uring;

/// <summary>
/// One thing that a restricted ring may do: the kernel's <c>struct io_uring_restriction</c>. A
/// ring with restrictions refuses everything else with <see cref="Errno.EACCES"/>.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = 16)]
public readonly record struct RingRestriction
{
    private readonly Kind _kind;
    private readonly byte _value;

    private RingRestriction(Kind kind, byte value)
    {
        _kind = kind;
        _value = value;
    }

    private enum Kind : ushort
    {
        AllowRegister = 0,
        AllowOperation = 1,
        AllowFlags = 2,
        RequireFlags = 3,
    }

    /// <summary>Allows a raw opcode of <see cref="Ring.Register"/>.</summary>
    public static RingRestriction AllowRegister(byte opcode) => new(Kind.AllowRegister, opcode);

    /// <summary>Allows an operation.</summary>
    public static RingRestriction AllowOperation(Opcode opcode) =>
        new(Kind.AllowOperation, (byte)opcode);

    /// <summary>Allows flags on submissions; without it none are.</summary>
    public static RingRestriction AllowFlags(SubmissionFlags flags) =>
        new(Kind.AllowFlags, (byte)flags);

    /// <summary>Demands flags on every submission.</summary>
    public static RingRestriction RequireFlags(SubmissionFlags flags) =>
        new(Kind.RequireFlags, (byte)flags);
}
