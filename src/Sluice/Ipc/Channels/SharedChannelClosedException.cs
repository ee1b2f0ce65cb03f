namespace Sluice.Ipc.Channels;

/// <summary>There is nobody at the other end of a channel any more.</summary>
public sealed class SharedChannelClosedException : IOException
{
    /// <summary>Creates an exception with a general message.</summary>
    public SharedChannelClosedException()
        : this("There is nobody at the other end of the shared channel.")
    {
    }

    /// <summary>Creates an exception with a message.</summary>
    /// <param name="message">What happened.</param>
    public SharedChannelClosedException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception with a message and its cause.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">The cause.</param>
    public SharedChannelClosedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    internal SharedChannelClosedException(SharedChannelEnd end)
        : base($"There is nobody at the other end of the shared channel ({end}).") => End = end;

    /// <summary>How the other end went.</summary>
    public SharedChannelEnd End { get; }
}
