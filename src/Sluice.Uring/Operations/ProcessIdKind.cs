namespace Sluice.Uring;

/// <summary>What a process is named by (<c>P_*</c>, see <c>waitid(2)</c>).</summary>
public enum ProcessIdKind : uint
{
    /// <summary>Any child.</summary>
    All = 0,

    /// <summary>A process identifier.</summary>
    Process = 1,

    /// <summary>A process group.</summary>
    Group = 2,

    /// <summary>A process descriptor.</summary>
    Descriptor = 3,
}
