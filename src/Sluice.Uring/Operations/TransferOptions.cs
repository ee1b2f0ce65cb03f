namespace Sluice.Uring;

/// <summary>How a send or a receive proceeds (<c>IORING_RECVSEND_*</c>).</summary>
[Flags]
public enum TransferOptions : ushort
{
    /// <summary>Try at once, then wait.</summary>
    None = 0,

    /// <summary>Wait for readiness without trying first, which would surely fail.</summary>
    PollFirst = 1 << 0,

    /// <summary>
    /// Zero-copy sends: the notification's result says whether the kernel copied after all
    /// (bit 31 set).
    /// </summary>
    ReportUsage = 1 << 3,

    /// <summary>
    /// Use as many provided buffers as there is data; needs <see cref="RingFeatures.Bundle"/>.
    /// The completion's result is the number of bytes, its buffer the first of consecutive ones.
    /// </summary>
    Bundle = 1 << 4,
}
