using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Sluice.Memory;

/// <summary>Turns numbers from the order of memory to that of the machine, and back.</summary>
internal static class ByteOrder
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T BigEndian<T>(T value)
        where T : unmanaged =>
        BitConverter.IsLittleEndian ? Reverse(value) : value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T LittleEndian<T>(T value)
        where T : unmanaged =>
        BitConverter.IsLittleEndian ? value : Reverse(value);

    /// <summary>A GUID from its 16 bytes, as they are in memory.</summary>
    public static Guid ToGuid(UInt128 bytes, bool isBigEndian)
    {
        Span<byte> span = stackalloc byte[16];
        Unsafe.WriteUnaligned(ref span[0], bytes);
        return new Guid(span, isBigEndian);
    }

    /// <summary>The 16 bytes of a GUID, as they go to memory.</summary>
    public static UInt128 FromGuid(Guid value, bool isBigEndian)
    {
        Span<byte> span = stackalloc byte[16];
        value.TryWriteBytes(span, isBigEndian, out _);
        return Unsafe.ReadUnaligned<UInt128>(ref span[0]);
    }

    // The size is known when this is compiled, so one branch is left.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Reverse<T>(T value)
        where T : unmanaged => Unsafe.SizeOf<T>() switch
        {
            2 => Unsafe.BitCast<ushort, T>(
                BinaryPrimitives.ReverseEndianness(Unsafe.BitCast<T, ushort>(value))),
            4 => Unsafe.BitCast<uint, T>(
                BinaryPrimitives.ReverseEndianness(Unsafe.BitCast<T, uint>(value))),
            8 => Unsafe.BitCast<ulong, T>(
                BinaryPrimitives.ReverseEndianness(Unsafe.BitCast<T, ulong>(value))),
            16 => Unsafe.BitCast<UInt128, T>(
                BinaryPrimitives.ReverseEndianness(Unsafe.BitCast<T, UInt128>(value))),
            _ => value,
        };
}
