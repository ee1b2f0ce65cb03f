using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Sluice.Fuzz.Engine;
using Sluice.Ipc.Channels;

namespace Sluice.Fuzz.Targets.Ipc;

/// <summary>
/// A broadcast whose writer is honest now and then. The input is steps: publish, write any word,
/// read into some room. A message that is read must be a record that is there, with its number and
/// its bytes, and numbers go up.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class BroadcastTarget : FuzzTarget
{
    private const int Capacity = 4096;
    private const int Page = 4096;
    private const int StepsMax = 200;

    private static readonly ChannelGeometry Geometry =
        new(ChannelKind.Broadcast, 1, 8, Capacity);

    private static readonly int[] WordsOfTheWriter =
        [ChannelLayout.Intent, ChannelLayout.Tail, ChannelLayout.Latest];

    public override string Name => "broadcast";

    public override int Cost => 2;

    public override IEnumerable<byte[]> Seeds() =>
        [[0, 20, 0, 30, 7, 5, 6, 5, 200, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9], [6, 0, 9, 5, 100]];

    public override byte[] Reshape(byte[] input, FuzzRandom random)
    {
        var built = new List<byte>();
        for (int i = random.Below(60); i > 0; i--)
            built.AddRange([(byte)random.Below(7), random.NextByte()]);
        return [.. built];
    }

    public override void Run(ReadOnlySpan<byte> input, Features features)
    {
        byte* memory = (byte*)NativeMemory.AlignedAlloc(Page + Capacity, 4096);
        try
        {
            new Span<byte>(memory, Page + Capacity).Clear();
            var choice = new InputReader(input);
            var writer = new BroadcastLane(memory + Page, memory, Geometry);
            Run(ref choice, memory, writer, features);
        }
        finally
        {
            NativeMemory.AlignedFree(memory);
        }
    }

    private static void Run(
        ref InputReader choice, byte* memory, BroadcastLane writer, Features features)
    {
        BroadcastReading? reader = null;
        long last = -1;
        bool isHonest = true;
        for (int i = 0; i < StepsMax && !choice.HasEnded; i++)
        {
            switch (choice.Below(7))
            {
                case 0 or 1 or 2:
                    int length = choice.Byte() % (Geometry.BroadcastLengthMax + 1);
                    writer.Claim(length).Fill((byte)i);
                    writer.Commit(length);
                    break;
                case 3:
                    int at = (choice.Byte() | (choice.Byte() << 8)) % (Capacity - 7);
                    *(ulong*)(memory + Page + at) = choice.UInt64();
                    isHonest = false;
                    break;
                case 4:
                    int word = WordsOfTheWriter[choice.Below(WordsOfTheWriter.Length)];
                    *(long*)(memory + word) += (sbyte)choice.Byte() * 8;
                    isHonest = false;
                    break;
                default:
                    Read(ref reader, memory, choice.Byte(), isHonest, ref last, features);
                    break;
            }
        }
    }

    private static void Read(
        ref BroadcastReading? reader,
        byte* memory,
        int room,
        bool isHonest,
        ref long last,
        Features features)
    {
        var destination = new byte[room];
        try
        {
            reader ??= new BroadcastReading(memory + Page, memory, Geometry);
            if (!reader.TryRead(destination, out SharedBroadcastMessage message))
            {
                features.Add(1, 1);
                return;
            }

            features.Add(1, 2);
            features.AddCount(2, (int)Math.Min(message.LostBefore, int.MaxValue));
            FuzzFailure.Unless(
                message.Number > last && message.LostBefore >= 0, "numbers go up",
                $"{message} after {last}");
            FuzzFailure.Unless(
                last < 0 || message.LostBefore == message.Number - last - 1,
                "what is lost is counted", $"{message} after {last}");
            last = message.Number;
            FuzzFailure.Unless(
                IsThere(memory + Page, message, destination), "the record is there");
        }
        catch (SharedChannelException refusal)
        {
            features.Add(3, refusal.Check.Length);
            FuzzFailure.Unless(!isHonest, "an honest writer is not refused", refusal.Message);
            reader = null;
            last = -1;
        }
        catch (ArgumentException refusal)
        {
            features.Add(1, 3);
            FuzzFailure.Unless(
                room < Geometry.BroadcastLengthMax, "there is room", refusal.Message);
        }
    }

    private static bool IsThere(byte* ring, in SharedBroadcastMessage message, byte[] copy)
    {
        for (int at = 0; at + 16 + message.Length <= Capacity; at += 8)
        {
            ulong header = *(ulong*)(ring + at);
            bool isRecord = (uint)header == message.Length && (header >> 32) % 256 == 1
                && (header >> 40) % (Capacity / 8) == (uint)at / 8
                && *(long*)(ring + at + 8) == message.Number;
            if (isRecord && new ReadOnlySpan<byte>(ring + at + 16, message.Length)
                .SequenceEqual(copy.AsSpan(0, message.Length)))
            {
                return true;
            }
        }

        return false;
    }
}
