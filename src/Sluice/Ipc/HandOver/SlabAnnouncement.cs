using System.Buffers.Binary;

namespace Sluice.Ipc.HandOver;

/// <summary>A slab's number and size; its object comes with it.</summary>
internal static class SlabAnnouncement
{
    public const int Size = 8;

    public static void Write(Span<byte> message, int slab, int length)
    {
        BinaryPrimitives.WriteInt32LittleEndian(message, slab);
        BinaryPrimitives.WriteInt32LittleEndian(message[4..], length);
    }

    public static (int Slab, int Length) Read(ReadOnlySpan<byte> message) => (
        BinaryPrimitives.ReadInt32LittleEndian(message),
        BinaryPrimitives.ReadInt32LittleEndian(message[4..]));
}
