using System.Runtime.InteropServices;
using Sluice.Memory.Interop;

namespace Sluice.Memory;

/// <summary>Memory between pages that nobody may touch, for tracing.</summary>
/// <remarks>
/// <code>
///   | guard | unused | memory of the buffer | guard |
/// </code>
/// The memory ends at the upper guard, or as near to it as its alignment allows, so that one byte
/// too far ends the process where it happens. Freed memory is overwritten with
/// <see cref="BufferTrace.Poison"/> and stays mapped for a while, so that a late reader sees what
/// it did. Elsewhere than on Linux only the overwriting is done.
/// </remarks>
internal sealed unsafe class GuardedSource : NativeSource
{
    public static readonly GuardedSource Instance = new();

    private const int FreedMax = 64;
    private const nuint FreedBytesMax = 16 << 20;

    private readonly Lock _gate = new();
    private readonly Queue<NativeAllocation> _freed = new();
    private nuint _freedBytes;

    /// <summary>Allocates memory and its guards. It is not cleared.</summary>
    /// <param name="size">Bytes.</param>
    /// <param name="alignment">A power of two.</param>
    /// <exception cref="OutOfMemoryException">There is not as much.</exception>
    public static NativeAllocation Allocate(nuint size, nuint alignment)
    {
        nuint page = (nuint)Environment.SystemPageSize;
        nuint whole = size + alignment + (4 * page);
        whole = whole < size ? nuint.MaxValue : whole & ~(page - 1);
        const int Flags = Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS;
        nint origin = OperatingSystem.IsLinux()
            ? Libc.Map(0, whole, Libc.PROT_READ | Libc.PROT_WRITE, Flags, -1, 0)
            : Libc.MAP_FAILED;
        if (origin == Libc.MAP_FAILED)
        {
            nint heap = HeapSource.Allocate(size, alignment);
            return new NativeAllocation(HeapSource.Align(heap, alignment), size, heap, null);
        }

        // Without guards there is less to find, and nothing is wrong.
        nint upper = origin + (nint)(whole - page);
        _ = Libc.Protect(origin, page, Libc.PROT_NONE);
        _ = Libc.Protect(upper, page, Libc.PROT_NONE);
        nint address = (nint)((nuint)(upper - (nint)size) & ~(alignment - 1));
        return new NativeAllocation(address, size, origin, whole);
    }

    public override void Free(in NativeAllocation memory)
    {
        NativeMemory.Fill((void*)memory.Address, memory.Size, BufferTrace.Poison);
        lock (_gate)
        {
            _freed.Enqueue(memory);
            _freedBytes += memory.Size;
            while (_freed.Count > FreedMax || _freedBytes > FreedBytesMax)
            {
                NativeAllocation oldest = _freed.Dequeue();
                _freedBytes -= oldest.Size;
                Unmap(oldest);
            }
        }
    }

    private static void Unmap(in NativeAllocation memory)
    {
        if (memory.Cookie is nuint whole)
            _ = Libc.Unmap(memory.Origin, whole);
        else
            HeapSource.Free(memory.Origin);
    }
}
