namespace Sluice;

/// <summary>How a <see cref="UringCheck"/> went.</summary>
internal enum UringCheckOutcome
{
    /// <summary>It works.</summary>
    Passed,

    /// <summary>It works, less well than it could.</summary>
    Warning,

    /// <summary>io_uring cannot be used.</summary>
    Failed,
}
