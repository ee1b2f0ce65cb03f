namespace Sluice.Uring;

/// <summary>The flags of <c>splice(2)</c> and <c>tee(2)</c> (<c>SPLICE_F_*</c>).</summary>
[Flags]
public enum SpliceFlags : uint
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary>Move pages where possible; a hint.</summary>
    Move = 1u << 0,

    /// <summary>Do not wait on the pipe.</summary>
    NonBlocking = 1u << 1,

    /// <summary>More data follows soon.</summary>
    More = 1u << 2,

    /// <summary>The input is a direct descriptor.</summary>
    DirectInput = 1u << 31,
}
