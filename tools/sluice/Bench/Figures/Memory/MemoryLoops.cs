using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Sluice.Memory;

namespace Sluice.Tool.Bench.Figures.Memory;

/// <summary>The loops over memory, each in a method of its own, so that each is compiled alone.
/// </summary>
internal static unsafe class MemoryLoops
{
    /// <summary>How many blocks live at a time.</summary>
    public const int Live = 512;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void RentBuffers(BufferPool pool, int size, int times)
    {
        for (int i = 0; i < times; i++)
            pool.Rent(size).Dispose();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void RentArrays(int size, int times)
    {
        for (int i = 0; i < times; i++)
            ArrayPool<byte>.Shared.Return(ArrayPool<byte>.Shared.Rent(size));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void AllocateBuffers(int size, int times)
    {
        for (int i = 0; i < times; i++)
            NativeBuffer.Allocate(size).Dispose();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void AllocateNative(int size, int times)
    {
        for (int i = 0; i < times; i++)
            NativeMemory.Free(NativeMemory.Alloc((nuint)size));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void ReplaceVectors(IoHeap heap, IoVector[] live, int size, int times)
    {
        for (int i = 0; i < times; i++)
        {
            ref IoVector vector = ref live[i & (Live - 1)];
            vector.Release();
            _ = heap.TryAllocate(size, out vector);
        }
    }

    /// <summary>The same in a method of its own, so that either learns its own usual path.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void ReplaceSharedVectors(IoHeap heap, IoVector[] live, int size, int times)
    {
        for (int i = 0; i < times; i++)
        {
            ref IoVector vector = ref live[i & (Live - 1)];
            vector.Release();
            _ = heap.TryAllocate(size, out vector, IoVectorSharing.Shared);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void ReplaceNative(nint[] live, int size, int times)
    {
        for (int i = 0; i < times; i++)
        {
            ref nint memory = ref live[i & (Live - 1)];
            NativeMemory.Free((void*)memory);
            memory = (nint)NativeMemory.Alloc((nuint)size);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void ReplaceArrays(byte[][] live, int size, int times)
    {
        for (int i = 0; i < times; i++)
        {
            ref byte[] memory = ref live[i & (Live - 1)];
            ArrayPool<byte>.Shared.Return(memory);
            memory = ArrayPool<byte>.Shared.Rent(size);
        }
    }

    /// <summary>Writes numbers and reads them again; their sum, so that it is done.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int IntegersByHand(Span<byte> bytes, int times)
    {
        int sum = 0;
        int count = bytes.Length / sizeof(int);
        for (int done = 0; done < times; done += count)
        {
            Span<byte> target = bytes;
            for (int i = 0; i < count; i++)
                BinaryPrimitives.WriteInt32BigEndian(target[(i * sizeof(int))..], i);

            ReadOnlySpan<byte> source = bytes;
            for (int i = 0; i < count; i++)
                sum += BinaryPrimitives.ReadInt32BigEndian(source[(i * sizeof(int))..]);
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int IntegersByReader(Span<byte> bytes, int times)
    {
        int sum = 0;
        int count = bytes.Length / sizeof(int);
        for (int done = 0; done < times; done += count)
        {
            var writer = new BufferWriter(bytes);
            for (int i = 0; i < count; i++)
                writer.WriteInt32(i);

            var reader = new BufferReader(bytes);
            for (int i = 0; i < count; i++)
                sum += reader.ReadInt32();
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int IntegersByBuffer(NativeBuffer buffer, int times)
    {
        int sum = 0;
        int count = buffer.Capacity / sizeof(int);
        for (int done = 0; done < times; done += count)
        {
            buffer.ResetForWrite();
            for (int i = 0; i < count; i++)
                buffer.WriteInt32(i);

            buffer.ResetForRead();
            for (int i = 0; i < count; i++)
                sum += buffer.ReadInt32();
        }

        return sum;
    }
}
