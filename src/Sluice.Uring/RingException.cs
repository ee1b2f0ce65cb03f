using Sluice.Uring.Interop;

namespace Sluice.Uring;

/// <summary>A ring could not be created or one of its resources could not be registered.</summary>
public sealed class RingException : IOException
{
    /// <summary>Creates the exception without a cause.</summary>
    public RingException()
    {
    }

    /// <summary>Creates the exception with a message.</summary>
    public RingException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a message and a cause.</summary>
    public RingException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates the exception for an error of the kernel's.</summary>
    public RingException(string message, Errno error)
        : base(message) => Error = error;

    /// <summary>The kernel's error, or <see cref="Errno.None"/>.</summary>
    public Errno Error { get; }

    internal static RingException ForSetup(Errno error, RingOptions options)
    {
        string why = error switch
        {
            Errno.ENOSYS => "this kernel has no usable io_uring, or a sandbox hides it",
            Errno.EPERM =>
                "io_uring is not permitted here: a seccomp profile (Docker's default one, for "
                + "instance) blocks it, or kernel.io_uring_disabled is set",
            Errno.ENOMEM =>
                "there is no locked memory left (RLIMIT_MEMLOCK) after retrying for "
                + $"{options.MemoryRetryLimit.TotalMilliseconds:0} ms; raise the limit "
                + "(ulimit -l, LimitMEMLOCK=) or ask for fewer entries",
            Errno.EMFILE or Errno.ENFILE =>
                "there are no descriptors left; raise the limit (ulimit -n, LimitNOFILE=)",
            Errno.EINVAL => "the kernel refuses these options",
            _ => "the kernel refused",
        };
        return new RingException($"io_uring_setup failed with {error}: {why}.", error);
    }

    internal static RingException ForRegister(string what, Errno error) =>
        new($"{what} could not be registered with the ring: {error}.", error);
}
