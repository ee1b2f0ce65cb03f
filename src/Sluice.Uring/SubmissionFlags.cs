namespace Sluice.Uring;

/// <summary>The flags that every submission can carry (<c>IOSQE_*</c>).</summary>
[Flags]
public enum SubmissionFlags : byte
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary>The descriptor is an index into the registered files.</summary>
    FixedFile = 1 << 0,

    /// <summary>Start only after all earlier submissions completed.</summary>
    Drain = 1 << 1,

    /// <summary>The next submission starts when this one has succeeded.</summary>
    Link = 1 << 2,

    /// <summary>
    /// The next submission starts when this one has completed, whatever its result.
    /// </summary>
    HardLink = 1 << 3,

    /// <summary>Run on a kernel worker without trying inline first.</summary>
    Async = 1 << 4,

    /// <summary>Take the buffer from <see cref="Submission.BufferGroup"/>.</summary>
    BufferSelect = 1 << 5,

    /// <summary>Post no completion if the operation succeeds.</summary>
    SkipSuccess = 1 << 6,
}
