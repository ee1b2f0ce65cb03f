using Sluice.Uring.Interop;

namespace Sluice.Uring;

/// <summary>
/// One free entry of a ring's submission queue, zeroed. Prepare it with one of the
/// <c>Prepare…</c> methods, then set <see cref="UserData"/> and, if wanted,
/// <see cref="Flags"/>; the next submit sends it to the kernel.
/// </summary>
/// <remarks>
/// Valid until the next submit, on the ring's own thread. What the operation points to must stay
/// in place until its terminal completion, unless its documentation says otherwise: the kernel
/// reads and writes it without asking.
/// </remarks>
public readonly unsafe ref struct Submission
{
    private readonly io_uring_sqe* _sqe;

    internal Submission(io_uring_sqe* sqe) => _sqe = sqe;

    /// <summary>What the completion will carry.</summary>
    public ulong UserData
    {
        get => _sqe->user_data;
        set => _sqe->user_data = value;
    }

    /// <summary><see cref="UserData"/> as a token.</summary>
    public OperationToken Token
    {
        get => new(_sqe->user_data);
        set => _sqe->user_data = value.Value;
    }

    /// <summary>The flags of the entry. The <c>Prepare…</c> methods set what they need.</summary>
    public SubmissionFlags Flags
    {
        get => (SubmissionFlags)_sqe->flags;
        set => _sqe->flags = (byte)value;
    }

    /// <summary>The operation that was prepared.</summary>
    public Opcode Opcode => (Opcode)_sqe->opcode;

    /// <summary>
    /// The group that the kernel takes a buffer from, if <see cref="Flags"/> has
    /// <see cref="SubmissionFlags.BufferSelect"/>.
    /// </summary>
    public ushort BufferGroup
    {
        get => _sqe->buf_group;
        set => _sqe->buf_group = value;
    }

    /// <summary>The registered personality to run with; 0 means that of the process.</summary>
    public ushort Personality
    {
        get => _sqe->personality;
        set => _sqe->personality = value;
    }

    /// <summary>The 64 bytes as the kernel will see them.</summary>
    public ReadOnlySpan<byte> Bytes => new(_sqe, sizeof(io_uring_sqe));

    internal io_uring_sqe* Entry => _sqe;

    /// <summary>Zeroes the entry, as it was at first.</summary>
    internal void Clear() => *_sqe = default;

    internal void Set(
        Opcode opcode, int fd, ulong address, uint length, ulong offset = 0, uint flags = 0)
    {
        _sqe->opcode = (byte)opcode;
        _sqe->fd = fd;
        _sqe->off = offset;
        _sqe->addr = address;
        _sqe->len = length;
        _sqe->op_flags = flags;
    }
}
