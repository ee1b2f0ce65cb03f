namespace Sluice.Uring;

/// <summary>The flags of a <see cref="Completion"/> (<c>IORING_CQE_F_*</c>).</summary>
[Flags]
public enum CompletionFlags : uint
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary>The upper 16 bits are the identifier of a provided buffer.</summary>
    Buffer = 1u << 0,

    /// <summary>The submission will complete again.</summary>
    More = 1u << 1,

    /// <summary>The socket had more to read after this receive.</summary>
    SocketNonEmpty = 1u << 2,

    /// <summary>The notification of a zero-copy send.</summary>
    Notification = 1u << 3,

    /// <summary>The kernel keeps the buffer and will use more of it.</summary>
    BufferMore = 1u << 4,

    /// <summary>A filler to be ignored (mixed completion sizes only).</summary>
    Skip = 1u << 5,
}
