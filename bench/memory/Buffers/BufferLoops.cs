using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sluice.Memory.Bench.Buffers;

/// <summary>
/// The loops that are measured, each in a method of its own. Those beside each other do the same
/// work on the same memory.
/// </summary>
internal static unsafe class BufferLoops
{
    public const int Integers = 256;
    public const int Pieces = 16;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int IntegersByHand(Span<byte> bytes, int times)
    {
        int sum = 0;
        for (int time = 0; time < times; time++)
        {
            Span<byte> target = bytes;
            for (int i = 0; i < Integers; i++)
                BinaryPrimitives.WriteInt32BigEndian(target[(i * sizeof(int))..], i);

            ReadOnlySpan<byte> source = bytes;
            for (int i = 0; i < Integers; i++)
                sum += BinaryPrimitives.ReadInt32BigEndian(source[(i * sizeof(int))..]);
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int IntegersByReader(Span<byte> bytes, int times)
    {
        int sum = 0;
        for (int time = 0; time < times; time++)
        {
            var writer = new BufferWriter(bytes);
            for (int i = 0; i < Integers; i++)
                writer.WriteInt32(i);

            var reader = new BufferReader(bytes);
            for (int i = 0; i < Integers; i++)
                sum += reader.ReadInt32();
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int IntegersByCursor(PlatformBuffer buffer, int times)
    {
        int sum = 0;
        for (int time = 0; time < times; time++)
        {
            buffer.ResetForWrite();
            for (int i = 0; i < Integers; i++)
                buffer.WriteInt32(i);

            buffer.ResetForRead();
            for (int i = 0; i < Integers; i++)
                sum += buffer.ReadInt32();
        }

        return sum;
    }

    /// <summary>The same in a method of its own, so that either learns its own usual path.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int IntegersByHeapCursor(PlatformBuffer buffer, int times)
    {
        int sum = 0;
        for (int time = 0; time < times; time++)
        {
            buffer.ResetForWrite();
            for (int i = 0; i < Integers; i++)
                buffer.WriteInt32(i);

            buffer.ResetForRead();
            for (int i = 0; i < Integers; i++)
                sum += buffer.ReadInt32();
        }

        return sum;
    }

    /// <summary>The piece goes to one of sixteen places after the other.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void CopyIn(ReadOnlySpan<byte> piece, Span<byte> whole, int times)
    {
        for (int time = 0; time < times; time += Pieces)
        {
            for (int i = 0; i < Pieces; i++)
                piece.CopyTo(whole[(i * piece.Length)..]);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void WriteBytes(ReadOnlySpan<byte> piece, PlatformBuffer whole, int times)
    {
        for (int time = 0; time < times; time += Pieces)
        {
            whole.ResetForWrite();
            for (int i = 0; i < Pieces; i++)
                whole.WriteBytes(piece);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void WriterBytes(ReadOnlySpan<byte> piece, Span<byte> whole, int times)
    {
        for (int time = 0; time < times; time += Pieces)
        {
            var writer = new BufferWriter(whole);
            for (int i = 0; i < Pieces; i++)
                writer.WriteBytes(piece);
        }
    }

    /// <summary>One of sixteen places after the other goes to the piece.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void CopyOut(Span<byte> piece, ReadOnlySpan<byte> whole, int times)
    {
        for (int time = 0; time < times; time += Pieces)
        {
            for (int i = 0; i < Pieces; i++)
                whole.Slice(i * piece.Length, piece.Length).CopyTo(piece);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void ReadBytes(Span<byte> piece, PlatformBuffer whole, int times)
    {
        for (int time = 0; time < times; time += Pieces)
        {
            whole.ResetForWrite();
            for (int i = 0; i < Pieces; i++)
                whole.ReadBytes(piece);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Arrays(int size, int times)
    {
        for (int i = 0; i < times; i++)
        {
            byte[] array = ArrayPool<byte>.Shared.Rent(size);
            ArrayPool<byte>.Shared.Return(array);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Memories(int size, int times)
    {
        for (int i = 0; i < times; i++)
            MemoryPool<byte>.Shared.Rent(size).Dispose();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Rentals(BufferPool pool, int size, int times)
    {
        for (int i = 0; i < times; i++)
        {
            PooledBuffer rental = pool.Rent(size);
            rental.Dispose();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void CheckedRentals(BufferPool pool, int size, int times)
    {
        for (int i = 0; i < times; i++)
        {
            PooledBuffer rental = pool.Rent(size);
            pool.Return(rental);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void ArrayCalls(int size, int times)
    {
        for (int i = 0; i < times; i++)
            ArrayCall(size);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void RentalCalls(BufferPool pool, int size, int times)
    {
        for (int i = 0; i < times; i++)
            RentalCall(pool, size);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Allocate(int size, int times)
    {
        for (int i = 0; i < times; i++)
            NativeMemory.Free(NativeMemory.Alloc((nuint)size));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void AllocateAligned(int size, int times)
    {
        for (int i = 0; i < times; i++)
            NativeMemory.AlignedFree(NativeMemory.AlignedAlloc((nuint)size, 64));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void AllocateBuffer(int size, int times)
    {
        for (int i = 0; i < times; i++)
            NativeBuffer.Allocate(size).Dispose();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void AllocateCalls(int size, int times)
    {
        for (int i = 0; i < times; i++)
            AllocateCall(size);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void AllocateBufferCalls(int size, int times)
    {
        for (int i = 0; i < times; i++)
            AllocateBufferCall(size);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AllocateCall(int size) =>
        NativeMemory.Free(NativeMemory.Alloc((nuint)size));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AllocateBufferCall(int size) => NativeBuffer.Allocate(size).Dispose();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ArrayCall(int size) =>
        ArrayPool<byte>.Shared.Return(ArrayPool<byte>.Shared.Rent(size));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RentalCall(BufferPool pool, int size) => pool.Rent(size).Dispose();
}
