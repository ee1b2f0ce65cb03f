using System.Buffers.Binary;
using Sluice.Fuzz.Engine;
using Sluice.Ipc;

namespace Sluice.Fuzz.Targets.Ipc;

/// <summary>
/// Ancillary data as <c>cmsg(3)</c> has it (64 bits), against a walk over offsets. What the kernel
/// reports is not the peer's to choose, but the descriptors of all items must be found.
/// </summary>
internal sealed class ControlDataTarget : FuzzTarget
{
    private const int Head = 16;

    public override string Name => "control-data";

    public override IReadOnlyList<byte[]> Words { get; } =
        [Item(1, 1, new byte[4]), Item(1, 4, new byte[4]), Item(1, 2, new byte[12])];

    public override IEnumerable<byte[]> Seeds() =>
        [[.. Item(1, 1, [7, 0, 0, 0, 8, 0, 0, 0]), .. Item(1, 4, [9, 0, 0, 0])]];

    public override byte[] Reshape(byte[] input, FuzzRandom random)
    {
        var built = new List<byte>();
        for (int i = random.Below(5); i > 0; i--)
        {
            built.AddRange(Item(
                random.Pick<byte>(1, 1, 1, 0, 6),
                random.Pick<byte>(1, 1, 2, 4, 29),
                random.Bytes(random.Below(20))));
        }

        return [.. built];
    }

    public override void Run(ReadOnlySpan<byte> input, Features features)
    {
        var asked = new List<int>();
        var unasked = new List<int>();
        ControlData.Read(input, asked, unasked);
        (List<int> rights, List<int> others) = Expect(input.ToArray());
        features.AddCount(1, asked.Count);
        features.AddCount(2, unasked.Count);
        FuzzFailure.UnlessSame<int>(rights.ToArray(), asked.ToArray(), "the descriptors");
        FuzzFailure.UnlessSame<int>(others.ToArray(), unasked.ToArray(), "what is to be closed");

        int[] some = [.. rights.Take(ControlData.DescriptorsMax)];
        if (some.Length == 0)
            return;
        var room = new byte[ControlData.SizeOf(some.Length)];
        ControlData.Write(room, some);
        asked.Clear();
        ControlData.Read(room, asked, unasked);
        FuzzFailure.UnlessSame<int>(some, asked.ToArray(), "what is written is read");
        FuzzFailure.UnlessSame(
            Head + (4L * some.Length), BinaryPrimitives.ReadInt64LittleEndian(room), "its length");
    }

    private static byte[] Item(int level, int type, byte[] data)
    {
        var item = new byte[(Head + data.Length + 7) / 8 * 8];
        BinaryPrimitives.WriteInt64LittleEndian(item, Head + data.Length);
        BinaryPrimitives.WriteInt32LittleEndian(item.AsSpan(8), level);
        BinaryPrimitives.WriteInt32LittleEndian(item.AsSpan(12), type);
        data.CopyTo(item, Head);
        return item;
    }

    private static (List<int> Rights, List<int> Others) Expect(byte[] bytes)
    {
        (List<int> Rights, List<int> Others) found = ([], []);
        for (long at = 0; at + Head <= bytes.Length;)
        {
            long length = BitConverter.ToInt64(bytes, (int)at);
            if (length < Head || length > bytes.Length - at)
                break;

            int level = BitConverter.ToInt32(bytes, (int)at + 8);
            int type = BitConverter.ToInt32(bytes, (int)at + 12);
            for (long data = at + Head; data + 4 <= at + length; data += 4)
            {
                if (level == 1 && type == 1)
                    found.Rights.Add(BitConverter.ToInt32(bytes, (int)data));
                if (level == 1 && type == 4)
                    found.Others.Add(BitConverter.ToInt32(bytes, (int)data));
            }

            at += (length + 7) / 8 * 8;
        }

        return found;
    }
}
