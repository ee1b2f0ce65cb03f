namespace Sluice.Tool.Serving.Files;

/// <summary>What the conditions of a request come to.</summary>
internal enum Precondition
{
    /// <summary>Send the file.</summary>
    Holds,

    /// <summary>The client has this version already (304).</summary>
    NotModified,

    /// <summary>The client wants another version (412).</summary>
    Failed,
}
