using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static Sluice.Uring.Interop.IoUringConstants;

namespace Sluice.Uring.Interop;

/// <summary>The running kernel, by <c>syscall(2)</c>.</summary>
/// <remarks>
/// The three numbers are the same on x86-64, arm64, riscv64 and loongarch64: io_uring came after
/// the kernel unified the numbers of new system calls.
/// </remarks>
internal sealed unsafe class LinuxKernel : IRingKernel
{
    private const nint IoUringSetup = 425;
    private const nint IoUringEnter = 426;
    private const nint IoUringRegister = 427;

    private LinuxKernel()
    {
    }

    public static LinuxKernel Instance { get; } = new();

    public int Setup(uint entries, ref io_uring_params parameters, out RingMapping mapping)
    {
        mapping = default;
        if (!OperatingSystem.IsLinux())
            return -(int)Errno.ENOSYS;

        int fd;
        fixed (io_uring_params* p = &parameters)
            fd = Result(Libc.Syscall(IoUringSetup, (nint)entries, (nint)p, 0, 0, 0, 0));
        if (fd < 0)
            return fd;

        if ((parameters.features & IORING_FEAT_SINGLE_MMAP) == 0)
        {
            _ = Libc.Close(fd);
            return -(int)Errno.ENOSYS;
        }

        int error = Map(fd, in parameters, out mapping);
        if (error == 0)
            return fd;

        _ = Libc.Close(fd);
        return error;
    }

    public int Enter(
        int fd, uint toSubmit, uint minComplete, uint flags, void* arg, nuint argSize) =>
        Result(Libc.Syscall(
            IoUringEnter,
            fd,
            (nint)toSubmit,
            (nint)minComplete,
            (nint)flags,
            (nint)arg,
            (nint)argSize));

    public int Register(int fd, uint opcode, void* arg, uint argCount) =>
        Result(Libc.Syscall(
            IoUringRegister, fd, (nint)opcode, (nint)arg, (nint)argCount, 0, 0));

    public int Remap(int fd, in io_uring_params parameters, ref RingMapping mapping)
    {
        int error = Map(fd, in parameters, out RingMapping renewed);
        if (error != 0)
            return error;

        _ = Libc.Unmap(mapping.Entries, mapping.EntriesSize);
        _ = Libc.Unmap(mapping.Rings, mapping.RingsSize);
        mapping = renewed;
        return 0;
    }

    public void Close(int fd, in RingMapping mapping)
    {
        _ = Libc.Unmap(mapping.Entries, mapping.EntriesSize);
        _ = Libc.Unmap(mapping.Rings, mapping.RingsSize);
        _ = Libc.Close(fd);
    }

    private static int Map(int fd, in io_uring_params parameters, out RingMapping mapping)
    {
        const int Protection = Libc.PROT_READ | Libc.PROT_WRITE;
        const int Flags = Libc.MAP_SHARED | Libc.MAP_POPULATE;

        mapping = default;
        nuint submissions = parameters.sq_off.array
            + ((nuint)parameters.sq_entries * sizeof(uint));
        nuint completions = parameters.cq_off.cqes
            + ((nuint)parameters.cq_entries * (nuint)sizeof(Completion));
        nuint ringsSize = Math.Max(submissions, completions);
        nuint entriesSize = (nuint)parameters.sq_entries * (nuint)sizeof(io_uring_sqe);

        nint rings = Libc.Map(0, ringsSize, Protection, Flags, fd, IORING_OFF_SQ_RING);
        if (rings == Libc.MAP_FAILED)
            return -Marshal.GetLastPInvokeError();

        nint entries = Libc.Map(0, entriesSize, Protection, Flags, fd, IORING_OFF_SQES);
        if (entries == Libc.MAP_FAILED)
        {
            int error = -Marshal.GetLastPInvokeError();
            _ = Libc.Unmap(rings, ringsSize);
            return error;
        }

        mapping = new(rings, ringsSize, entries, entriesSize);
        return 0;
    }

    // syscall(2) reports failure as -1 and errno, never as -errno.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Result(nint value) =>
        value == -1 ? -Marshal.GetLastSystemError() : (int)value;
}
