using System.Runtime.InteropServices;

namespace Sluice.Memory.Tests.Buffers.Ownership;

/// <summary>What the C library says of its heap: mallinfo2(3), in glibc since 2.33.</summary>
internal static partial class CHeap
{
    /// <summary>What the runtime may allocate meanwhile; a test frees much more.</summary>
    public const long Noise = 32 << 20;

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

    /// <summary>
    /// Does something on a thread of its own, collects what it has dropped, and looks whether the
    /// heap is as it was. Only while no other test runs.
    /// </summary>
    public static void RequireNoGrowth(Action use)
    {
        Assert.SkipWhen(BufferTrace.IsEnabled, "Traced memory is not of the C heap.");
        Assert.SkipUnless(IsMeasured, "The C library does not tell of its heap.");
        CollectGarbage();
        long before = UsedBytes;
        OwnThread.Run(use);
        CollectGarbage();

        long growth = UsedBytes - before;
        Assert.True(growth < Noise, $"{growth} bytes were not freed.");
    }

    private static void CollectGarbage()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
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
