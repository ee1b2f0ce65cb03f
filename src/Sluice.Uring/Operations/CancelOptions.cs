namespace Sluice.Uring;

/// <summary>How a cancellation matches (<c>IORING_ASYNC_CANCEL_*</c>).</summary>
[Flags]
public enum CancelOptions : uint
{
    /// <summary>The first match, an ordinary descriptor.</summary>
    None = 0,

    /// <summary>Every match; the result is their number instead of 0 for one.</summary>
    All = 1u << 0,

    /// <summary>The descriptor is a direct one.</summary>
    DirectDescriptor = 1u << 3,
}
