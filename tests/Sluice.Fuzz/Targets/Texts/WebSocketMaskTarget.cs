using System.Buffers.Binary;
using Sluice.Fuzz.Engine;
using Sluice.Memory;

namespace Sluice.Fuzz.Targets.Texts;

/// <summary>
/// Masks of WebSocket frames, against RFC 6455 (5.3) byte by byte. The input begins with the mask,
/// where the bytes lie, and where they are cut into two frames.
/// </summary>
internal sealed class WebSocketMaskTarget : FuzzTarget
{
    private const int OffsetMax = 64;

    public override string Name => "websocket-mask";

    public override IEnumerable<byte[]> Seeds() =>
        [[1, 2, 3, 4, 5, 6, .. "The payload, of some length."u8]];

    public override byte[] Reshape(byte[] input, FuzzRandom random) =>
        random.Bytes(6 + random.Below(LengthMax - 6));

    public override void Run(ReadOnlySpan<byte> input, Features features)
    {
        var reader = new InputReader(input);
        var mask = new byte[4];
        reader.Fill(mask);
        int offset = reader.Below(OffsetMax);
        byte cut = reader.Byte();
        byte[] payload = reader.Rest().ToArray();
        byte[] expected = [.. payload.Select((value, i) => (byte)(value ^ mask[i % 4]))];

        // Between bytes that are nobody's to change.
        using NativeBuffer buffer = NativeBuffer.Allocate(OffsetMax + payload.Length + OffsetMax);
        Span<byte> memory = buffer.AsSpan(0, buffer.Capacity);
        memory.Fill(0xEE);
        payload.CopyTo(memory[offset..]);
        uint number = BinaryPrimitives.ReadUInt32BigEndian(mask);
        int at = payload.Length == 0 ? 0 : cut % (payload.Length + 1);
        int next = 0;
        foreach ((int from, int length) in
            ((int From, int Length)[])[(0, at), (at, payload.Length - at)])
        {
            buffer.Position = offset + from;
            buffer.Limit = offset + from + length;
            next = buffer.XorMask(number, next);
            buffer.Limit = buffer.Capacity;
        }

        features.AddCount(1, payload.Length);
        FuzzFailure.UnlessSame(payload.Length % 4, next, "the next offset of the mask");
        FuzzFailure.UnlessSame<byte>(
            expected, memory.Slice(offset, payload.Length), "every byte is masked");
        FuzzFailure.Unless(
            !memory[..offset].ContainsAnyExcept((byte)0xEE)
            && !memory[(offset + payload.Length)..].ContainsAnyExcept((byte)0xEE),
            "no other byte is changed");
    }
}
