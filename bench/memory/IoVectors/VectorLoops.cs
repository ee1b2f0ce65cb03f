using System.Buffers;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sluice.Memory.Bench.IoVectors;

/// <summary>The loops that are measured. Each returns nanoseconds per operation.</summary>
internal static unsafe class VectorLoops
{
    public const int Live = 512;
    private static long _atomic;

    /// <summary>
    /// The loops stand apart from the clock, whose reading would take registers from them.
    /// </summary>
    public static double Time(int times, Action<int> loop)
    {
        long start = Stopwatch.GetTimestamp();
        loop(times);
        return Per(start, times);
    }

    /// <summary>Releases the oldest of 512 vectors and allocates one in its place.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void AllocateRelease(IoHeap heap, IoVector[] live, int length, int times)
    {
        for (int i = 0; i < times; i++)
        {
            ref IoVector vector = ref live[i & (Live - 1)];
            vector.Release();
            heap.TryAllocate(length, out vector);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void AllocateReleaseShared(IoHeap heap, IoVector[] live, int length, int times)
    {
        for (int i = 0; i < times; i++)
        {
            ref IoVector vector = ref live[i & (Live - 1)];
            vector.Release();
            heap.TryAllocate(length, out vector, IoVectorSharing.Shared);
        }
    }

    /// <summary>All 512 are released, then all are allocated.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void AllocateReleaseInTurns(IoHeap heap, IoVector[] live, int length, int times)
    {
        for (int i = 0; i < times; i += Live)
        {
            for (int k = 0; k < Live; k++)
                live[k].Release();
            for (int k = 0; k < Live; k++)
                heap.TryAllocate(length, out live[k]);
        }
    }

    /// <summary>Clones a held vector and releases the clone.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void CloneRelease(ref IoVector held, int times)
    {
        for (int i = 0; i < times; i++)
        {
            IoVector clone = held.Clone();
            clone.Release();
        }
    }

    /// <summary>The same in a method of its own, so that either learns its own usual path.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void CloneReleaseShared(ref IoVector held, int times)
    {
        for (int i = 0; i < times; i++)
        {
            IoVector clone = held.Clone();
            clone.Release();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static double TwoAtomics(int times)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < times; i++)
        {
            Interlocked.Increment(ref _atomic);
            Interlocked.Decrement(ref _atomic);
        }

        return Per(start, times);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static double Native(int length, int times)
    {
        var live = new nint[Live];
        for (int i = 0; i < Live; i++)
            live[i] = (nint)NativeMemory.Alloc((nuint)length);
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < times; i++)
        {
            ref nint memory = ref live[i & (Live - 1)];
            NativeMemory.Free((void*)memory);
            memory = (nint)NativeMemory.Alloc((nuint)length);
        }

        double ns = Per(start, times);
        foreach (nint memory in live)
            NativeMemory.Free((void*)memory);
        return ns;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static double Arrays(int length, int times)
    {
        var live = new byte[Live][];
        for (int i = 0; i < Live; i++)
            live[i] = ArrayPool<byte>.Shared.Rent(length);
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < times; i++)
        {
            ref byte[] memory = ref live[i & (Live - 1)];
            ArrayPool<byte>.Shared.Return(memory);
            memory = ArrayPool<byte>.Shared.Rent(length);
        }

        return Per(start, times);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static double Memories(int length, int times)
    {
        var live = new IMemoryOwner<byte>[Live];
        for (int i = 0; i < Live; i++)
            live[i] = MemoryPool<byte>.Shared.Rent(length);
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < times; i++)
        {
            ref IMemoryOwner<byte> memory = ref live[i & (Live - 1)];
            memory.Dispose();
            memory = MemoryPool<byte>.Shared.Rent(length);
        }

        return Per(start, times);
    }

    private static double Per(long start, int times) =>
        Stopwatch.GetElapsedTime(start).TotalNanoseconds / times;
}
