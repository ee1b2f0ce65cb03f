using System.Runtime.InteropServices;

namespace Sluice.Memory.Tests.Buffers.Ownership;

/// <summary>What the C library says of its heap: mallinfo2(3), in glibc since 2.33.</summary>
internal static partial class CHeap
{
    public static bool IsMeasured { get; } =
        NativeLibrary.TryLoad("libc.so.6", out nint library)
        && NativeLibrary.TryGetExport(library, "mallinfo2", out _);

    /// <summary>Bytes in use in the whole process, those with pages of their own too.</summary>
    public static long UsedBytes
    {
        get
        {
            Info info = ReadInfo();
            return (long)(info.UsedInArenas + info.UsedInMaps);
        }
    }

    [LibraryImport("libc", EntryPoint = "mallinfo2")]
    private static partial Info ReadInfo();

    [StructLayout(LayoutKind.Explicit, Size = 10 * 8)]
    private struct Info
    {
        // hblkhd
        [FieldOffset(4 * 8)]
        public ulong UsedInMaps;

        // uordblks
        [FieldOffset(7 * 8)]
        public ulong UsedInArenas;
    }
}
