using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Sluice.Fuzz.Engine;
using Sluice.Ipc.Channels;

namespace Sluice.Fuzz.Targets.Ipc;

/// <summary>
/// A ring that a hostile writer fills, against a reader of a copy. The input is where the reader
/// begins, and then steps: write something, read, give back, reset.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class LaneTarget : FuzzTarget
{
    private const int Capacity = 4096;
    private const int Margin = 256;
    private const int StepsMax = 200;

    public override string Name => "lane";

    public override int Cost => 2;

    public override IEnumerable<byte[]> Seeds() =>
        [[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 0, 3, 4, 0, 0, 3, 3, 4]];

    public override byte[] Reshape(byte[] input, FuzzRandom random)
    {
        var built = new List<byte> { random.NextByte(), random.NextByte() };
        built.AddRange(BitConverter.GetBytes(random.OneIn(2) ? 0 : random.Next() & ~7UL >> 1));
        for (int i = random.Below(30); i > 0; i--)
        {
            int length = random.OneIn(3) ? 2000 + random.Below(2100) : random.Below(200);
            built.AddRange(
                [(byte)random.Below(8), (byte)length, (byte)(length >> 8), random.NextByte()]);
        }

        return [.. built];
    }

    public override void Run(ReadOnlySpan<byte> input, Features features)
    {
        var choice = new InputReader(input);
        int alignment = 8 << choice.Below(5);
        var start = (long)choice.UInt64();
        var geometry = new ChannelGeometry(ChannelKind.Lanes, 1, alignment, Capacity);
        byte* memory = (byte*)NativeMemory.AlignedAlloc(Capacity + (2 * Margin), 4096);
        try
        {
            new Span<byte>(memory, Capacity + (2 * Margin)).Fill(0xEE);
            byte* ring = memory + Margin;
            new Span<byte>(ring, Capacity).Clear();
            long head = start;
            uint wake = 0;
            bool isSound = start >= 0 && start <= long.MaxValue / 2 && start % alignment == 0;
            LaneReader lane;
            try
            {
                lane = new LaneReader(ring, &head, &wake, geometry);
            }
            catch (SharedChannelException refusal)
            {
                FuzzFailure.Unless(!isSound && refusal.Check == "head", "a sound head is taken");
                return;
            }

            FuzzFailure.Unless(isSound, "a corrupt head is refused", $"{start}");
            var model = new LaneModel(new Span<byte>(ring, Capacity), alignment, start);
            Step(ref choice, lane, ref model, &head, features);
            RequireMargins(memory);
        }
        finally
        {
            NativeMemory.AlignedFree(memory);
        }
    }

    private static void Step(
        ref InputReader choice,
        LaneReader lane,
        ref LaneModel model,
        long* head,
        Features features)
    {
        for (int i = 0; i < StepsMax && !choice.HasEnded; i++)
        {
            int step = choice.Below(8);
            switch (step)
            {
                case 0 or 1 or 2:
                    model.WriteRecord(step, choice.Byte() | (choice.Byte() << 8));
                    break;
                case 3:
                    int at = (choice.Byte() | (choice.Byte() << 8)) % (Capacity - 7);
                    model.Write(at, choice.UInt64());
                    break;
                case 4:
                    lane.Advance();
                    model.Advance();
                    FuzzFailure.UnlessSame(model.Released, *head, "what is given back");
                    break;
                case 5 when lane.Fault is not null:
                    lane.Reset();
                    model.Reset();
                    FuzzFailure.UnlessSame(0, *head, "a ring that is reset begins anew");
                    break;
                default:
                    Read(lane, ref model, features);
                    break;
            }
        }
    }

    private static void Read(LaneReader lane, ref LaneModel model, Features features)
    {
        FuzzFailure.UnlessSame(model.HasNext, lane.HasNext, "whether there is something");
        (string outcome, int offset, int length) = model.Read();
        bool isRead = lane.TryRead(out ReadOnlySpan<byte> message);
        string found = isRead ? "message" : lane.Fault?.Check ?? "nothing";
        features.Add(1, outcome.Length * 2 + (offset == 0 ? 1 : 0));

        // A fault that was found stays until the reset; the model looks anew.
        if (outcome != "nothing" || lane.Fault is null)
            FuzzFailure.UnlessSame(outcome, found, "the oracle says the same");
        if (!isRead)
            return;
        FuzzFailure.UnlessSame(offset, lane.OffsetOf(message), "where the message begins");
        FuzzFailure.UnlessSame(length, message.Length, "its length");
        FuzzFailure.Unless(offset + length <= Capacity, "it is within the ring");
        FuzzFailure.Unless(lane.HasRead, "something was read");
    }

    private static void RequireMargins(byte* memory)
    {
        var before = new ReadOnlySpan<byte>(memory, Margin);
        var after = new ReadOnlySpan<byte>(memory + Margin + Capacity, Margin);
        FuzzFailure.Unless(
            !before.ContainsAnyExcept((byte)0xEE) && !after.ContainsAnyExcept((byte)0xEE),
            "nothing beside the ring is touched");
    }
}
