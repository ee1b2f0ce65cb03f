using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sluice.Memory;

/// <summary>Copies many numbers of one type at once, many bytes per instruction.</summary>
/// <remarks>
/// The types are the primitive numbers of 1, 2, 4, 8 and 16 bytes; another throws
/// <see cref="NotSupportedException"/>. Each call throws <see cref="BufferUnderflowException"/> or
/// <see cref="BufferOverflowException"/> if the buffer has not as much left, and
/// <see cref="ObjectDisposedException"/> after the dispose; nothing has changed then.
/// </remarks>
public static class BufferValues
{
    /// <summary>Writes numbers, big-endian.</summary>
    public static void WriteValues<T>(
        this ref BufferWriter writer, scoped ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryNumber<T> =>
        Write(ref writer, values, BitConverter.IsLittleEndian);

    /// <summary>Writes numbers, little-endian.</summary>
    public static void WriteValuesLittleEndian<T>(
        this ref BufferWriter writer, scoped ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryNumber<T> =>
        Write(ref writer, values, !BitConverter.IsLittleEndian);

    /// <summary>Reads as many numbers as the destination takes, big-endian.</summary>
    public static void ReadValues<T>(this ref BufferReader reader, scoped Span<T> destination)
        where T : unmanaged, IBinaryNumber<T> =>
        Read(ref reader, destination, BitConverter.IsLittleEndian);

    /// <summary>Reads as many numbers as the destination takes, little-endian.</summary>
    public static void ReadValuesLittleEndian<T>(
        this ref BufferReader reader, scoped Span<T> destination)
        where T : unmanaged, IBinaryNumber<T> =>
        Read(ref reader, destination, !BitConverter.IsLittleEndian);

    /// <summary>Writes numbers, big-endian.</summary>
    public static void WriteValues<T>(this PlatformBuffer buffer, ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryNumber<T>
    {
        BufferWriter writer = buffer.BeginWrite();
        writer.WriteValues(values);
        buffer.EndWrite(writer);
    }

    /// <summary>Writes numbers, little-endian.</summary>
    public static void WriteValuesLittleEndian<T>(
        this PlatformBuffer buffer, ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryNumber<T>
    {
        BufferWriter writer = buffer.BeginWrite();
        writer.WriteValuesLittleEndian(values);
        buffer.EndWrite(writer);
    }

    /// <summary>Reads as many numbers as the destination takes, big-endian.</summary>
    public static void ReadValues<T>(this PlatformBuffer buffer, Span<T> destination)
        where T : unmanaged, IBinaryNumber<T>
    {
        BufferReader reader = buffer.BeginRead();
        reader.ReadValues(destination);
        buffer.EndRead(reader);
    }

    /// <summary>Reads as many numbers as the destination takes, little-endian.</summary>
    public static void ReadValuesLittleEndian<T>(
        this PlatformBuffer buffer, Span<T> destination)
        where T : unmanaged, IBinaryNumber<T>
    {
        BufferReader reader = buffer.BeginRead();
        reader.ReadValuesLittleEndian(destination);
        buffer.EndRead(reader);
    }

    /// <summary>
    /// A part of the buffer as numbers in the byte order of the machine, without a copy.
    /// </summary>
    /// <param name="buffer">The buffer; its position stays.</param>
    /// <param name="start">Index of the first byte.</param>
    /// <param name="count">How many numbers; their bytes end within the limit.</param>
    /// <returns>A span that must not be used after the buffer is disposed.</returns>
    /// <exception cref="ArgumentOutOfRangeException">It is not within the limit.</exception>
    /// <exception cref="ArgumentException">
    /// The first byte does not stand at a multiple of the number's size (of the size of a pointer,
    /// if that is smaller). Memory that was allocated begins at one, as does an array.
    /// </exception>
    public static unsafe Span<T> AsSpan<T>(this PlatformBuffer buffer, int start, int count)
        where T : unmanaged, IBinaryNumber<T>
    {
        RequirePrimitive<T>();
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (count > int.MaxValue / sizeof(T))
            BufferThrow.OutOfRange(nameof(count), start, count, buffer.Limit);

        Span<byte> bytes = buffer.AsSpan(start, count * sizeof(T));

        // The collector moves arrays by multiples of a pointer, so what is aligned now remains so.
        int alignment = Math.Min(sizeof(T), sizeof(nint));
        void* first = Unsafe.AsPointer(ref MemoryMarshal.GetReference(bytes));
        if (((nuint)first & (nuint)(alignment - 1)) != 0)
        {
            throw new ArgumentException(
                $"The byte at {start} does not stand at a multiple of {alignment}.",
                nameof(start));
        }

        return MemoryMarshal.Cast<byte, T>(bytes);
    }

    private static void Write<T>(
        ref BufferWriter writer, scoped ReadOnlySpan<T> values, bool isReversed)
        where T : unmanaged
    {
        RequirePrimitive<T>();
        if (values.Length > writer.Remaining / Unsafe.SizeOf<T>())
            BufferThrow.Overflow(ByteCount<T>(values.Length), writer.Remaining);

        ReadOnlySpan<byte> source = MemoryMarshal.AsBytes(values);
        Span<byte> destination = writer.Take(source.Length);
        Copy<T>(source, destination, isReversed);
    }

    private static void Read<T>(
        ref BufferReader reader, scoped Span<T> destination, bool isReversed)
        where T : unmanaged
    {
        RequirePrimitive<T>();
        if (destination.Length > reader.Remaining / Unsafe.SizeOf<T>())
            BufferThrow.Underflow(ByteCount<T>(destination.Length), reader.Remaining);

        Span<byte> bytes = MemoryMarshal.AsBytes(destination);
        Copy<T>(reader.ReadBytes(bytes.Length), bytes, isReversed);
    }

    private static void Copy<T>(
        ReadOnlySpan<byte> source, Span<byte> destination, bool isReversed)
        where T : unmanaged
    {
        if (!isReversed || Unsafe.SizeOf<T>() == 1)
        {
            source.CopyTo(destination);
            return;
        }

        // Spans that overlap by a part of a number are refused by what reverses them.
        if (source.Overlaps(destination))
        {
            source.CopyTo(destination);
            source = destination;
        }

        switch (Unsafe.SizeOf<T>())
        {
            case 2:
                BinaryPrimitives.ReverseEndianness(As<ushort>(source), As<ushort>(destination));
                break;
            case 4:
                BinaryPrimitives.ReverseEndianness(As<uint>(source), As<uint>(destination));
                break;
            case 8:
                BinaryPrimitives.ReverseEndianness(As<ulong>(source), As<ulong>(destination));
                break;
            default:
                BinaryPrimitives.ReverseEndianness(As<UInt128>(source), As<UInt128>(destination));
                break;
        }
    }

    // The numbers may stand at any address. Every processor that .NET 10 runs on reads and writes
    // those as well.
    private static Span<T> As<T>(Span<byte> bytes)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(bytes);

    private static ReadOnlySpan<T> As<T>(ReadOnlySpan<byte> bytes)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(bytes);

    private static int ByteCount<T>(int count)
        where T : unmanaged =>
        (int)Math.Min((long)count * Unsafe.SizeOf<T>(), int.MaxValue);

    private static void RequirePrimitive<T>()
        where T : unmanaged
    {
        if (Unsafe.SizeOf<T>() is not (1 or 2 or 4 or 8 or 16))
            throw new NotSupportedException($"{typeof(T)} is not a primitive number.");
    }
}
