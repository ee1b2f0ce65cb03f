namespace Sluice.Leaky;

/// <summary>What is wrong with the server.</summary>
internal enum Defect
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A descriptor stays open now and then.</summary>
    Descriptor,

    /// <summary>A thread never ends now and then.</summary>
    Thread,

    /// <summary>Each connection leaves memory behind.</summary>
    Memory,

    /// <summary>A byte is wrong now and then.</summary>
    Byte,

    /// <summary>A connection ends too early now and then.</summary>
    Cut,

    /// <summary>It says that something is wrong.</summary>
    Complaint,

    /// <summary>It does not end with code 0.</summary>
    Code,
}
