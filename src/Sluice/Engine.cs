namespace Sluice;

/// <summary>What moves the bytes.</summary>
public enum Engine
{
    /// <summary>
    /// io_uring where it works, System.Net.Sockets where it does not. The choice is made by trying
    /// and is logged with its reason.
    /// </summary>
    Auto,

    /// <summary>io_uring, or an exception that says why there is none.</summary>
    Uring,

    /// <summary>System.Net.Sockets.</summary>
    Sockets,
}
