using System.Runtime.InteropServices;

namespace Sluice.Uring.Interop;

/// <summary>
/// Zeroed memory in whole pages, straight from the kernel: pages that were never touched are not
/// resident, and all of it is gone when it is freed. The C library's heap keeps what threads that
/// have ended gave back.
/// </summary>
internal static class PageMemory
{
    /// <exception cref="RingException">There is none.</exception>
    public static nint Allocate(nuint size)
    {
        const int Protection = Libc.PROT_READ | Libc.PROT_WRITE;
        const int Flags = Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS;
        nint address = Libc.Map(0, size, Protection, Flags, -1, 0);
        if (address != Libc.MAP_FAILED)
            return address;

        var error = (Errno)Marshal.GetLastPInvokeError();
        throw new RingException($"There is no memory for {size} bytes: {error}.", error);
    }

    public static void Free(nint address, nuint size) => _ = Libc.Unmap(address, size);
}
