namespace Sluice.Tool.Doctor;

/// <summary>What a <see cref="Finding"/> means for io_uring.</summary>
internal enum FindingState
{
    /// <summary>As it should be.</summary>
    Good,

    /// <summary>It works, less well than it could.</summary>
    Warning,

    /// <summary>io_uring does not work because of it.</summary>
    Bad,
}
