namespace Sluice.Uring.Interop;

/// <summary>
/// All that a ring needs from a kernel: <c>io_uring_setup</c> (with the mapping of its memory),
/// <c>io_uring_enter</c> and <c>io_uring_register</c>. Results are the kernel's: zero or
/// positive on success, <c>-errno</c> otherwise.
/// </summary>
/// <remarks>
/// <see cref="LinuxKernel"/> makes the system calls. The tests' simulated kernel implements the
/// same three calls deterministically over memory of its own, so that the ring and everything
/// above it run unchanged on either.
/// </remarks>
internal unsafe interface IRingKernel
{
    /// <summary>Creates a ring and maps it: its descriptor, or <c>-errno</c>.</summary>
    int Setup(uint entries, ref io_uring_params parameters, out RingMapping mapping);

    /// <summary>Submits and waits: the number of entries consumed, or <c>-errno</c>.</summary>
    int Enter(int fd, uint toSubmit, uint minComplete, uint flags, void* arg, nuint argSize);

    /// <summary>
    /// Registers resources with a ring: a value of the opcode's, or <c>-errno</c>.
    /// </summary>
    int Register(int fd, uint opcode, void* arg, uint argCount);

    /// <summary>Maps a ring anew after the kernel resized it: 0, or <c>-errno</c>.</summary>
    int Remap(int fd, in io_uring_params parameters, ref RingMapping mapping) =>
        -(int)Errno.ENOSYS;

    /// <summary>Unmaps the ring, then closes its descriptor.</summary>
    void Close(int fd, in RingMapping mapping);
}
