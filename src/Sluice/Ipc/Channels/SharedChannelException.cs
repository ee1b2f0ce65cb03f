namespace Sluice.Ipc.Channels;

/// <summary>A check of what a peer wrote or sent has failed; nothing of it was used.</summary>
public sealed class SharedChannelException : IOException
{
    /// <summary>Creates an exception with a general message.</summary>
    public SharedChannelException()
        : this("The peer of a shared channel broke its rules.")
    {
    }

    /// <summary>Creates an exception with a message.</summary>
    /// <param name="message">What happened.</param>
    public SharedChannelException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception with a message and its cause.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">The cause.</param>
    public SharedChannelException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    internal SharedChannelException(string check, string why, Exception? cause = null)
        : base($"The shared channel was refused by its {check}: {why}.", cause) => Check = check;

    /// <summary>Which check: "magic", "seals", "header" and so on; empty if unknown.</summary>
    public string Check { get; } = "";
}
