using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Sluice.Fuzz.Engine;
using Sluice.Ipc;
using Sluice.Ipc.Channels;
using Sluice.Ipc.HandOver;
using Sluice.Memory;

namespace Sluice.Fuzz.Targets.Ipc;

/// <summary>
/// Somebody hands blocks over and breaks rules now and then, against a model of tickets and slabs.
/// The input is steps: announce a slab, hand over a block, send anything, receive, release.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class HandOverTarget : FuzzTarget
{
    private const int InFlightMax = 4;
    private const int StepsMax = 60;

    public override string Name => "hand-over";

    public override int LengthMax => 300;

    public override int Cost => 200;

    public override IEnumerable<byte[]> Seeds() =>
        [[0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 9, 4, 5], [0, 1, 0, 1, 1, 3, 1, 0, 2, 0, 4, 5, 3, 1, 4]];

    public override byte[] Reshape(byte[] input, FuzzRandom random)
    {
        var built = new List<byte> { 0, 0, 0 };
        for (int i = random.Below(20); i > 0; i--)
        {
            built.AddRange(random.Below(4) switch
            {
                0 => [0, (byte)random.Below(3), (byte)random.Below(6)],
                1 => [4],
                2 => [5, random.NextByte()],
                _ => (byte[])[1, (byte)random.Below(3), (byte)random.Below(5),
                    random.NextByte(), (byte)random.Below(20), random.NextByte(), 0,
                    random.NextByte(), (byte)random.Below(16)],
            });
        }

        return [.. built];
    }

    public override void Run(ReadOnlySpan<byte> input, Features features)
    {
        (DescriptorChannel near, DescriptorChannel far) = DescriptorChannel.CreatePair();
        using (near)
        using (far)
        using (var sender = new HostileSender(near, InFlightMax))
        using (SharedVectorReceiver receiver = SharedVectorReceiver.Attach(
            far, new SharedVectorReceiverOptions { MappedBytesMax = HandOverModel.MappedMax }))
        {
            var model = new HandOverModel(InFlightMax);
            var leases = new List<SharedVectorLease>();
            var choice = new InputReader(input);
            for (int i = 0; i < StepsMax && !choice.HasEnded; i++)
                Step(ref choice, sender, receiver, model, leases, features);
            foreach (SharedVectorLease lease in leases)
                Release(lease);
        }
    }

    private static void Step(
        ref InputReader choice,
        HostileSender sender,
        SharedVectorReceiver receiver,
        HandOverModel model,
        List<SharedVectorLease> leases,
        Features features)
    {
        switch (choice.Below(6))
        {
            case 0:
                int slab = choice.Below(4) == 3 ? 4096 : choice.Byte() % 3;
                int kind = choice.Below(6);
                if (sender.Announce(slab, kind))
                    model.Announce(slab, kind);
                break;
            case 1 or 2:
                var message = new HandOverMessage(
                    (uint)(choice.Byte() % 4),
                    (uint)(choice.Byte() % (InFlightMax + 1)),
                    (uint)((choice.Byte() | (choice.Byte() << 8)) * 4),
                    (uint)(choice.Byte() | (choice.Byte() << 8)),
                    choice.Byte());
                int beyondTheEnd = choice.Byte() % 16;
                if (beyondTheEnd < 4 && message.Offset <= HandOverModel.SlabLength)
                {
                    uint rest = HandOverModel.SlabLength - message.Offset;
                    message = message with { Length = rest + (uint)beyondTheEnd };
                }

                if (message.Ticket == InFlightMax && message.Offset % 8 == 0)
                    message = message with { Ticket = HandOverMessage.Forget };
                if (sender.Send(MemoryMarshal.AsBytes(
                    new ReadOnlySpan<HandOverMessage>(in message))))
                {
                    model.Send(message);
                }

                break;
            case 3:
                byte[] any = choice.Bytes(choice.Byte() % 40).ToArray();
                if (sender.Send(any))
                    model.Send(any);
                break;
            case 4:
                Receive(receiver, model, leases, features);
                break;
            default:
                if (leases.Count == 0)
                    break;
                int index = choice.Byte() % leases.Count;
                Release(leases[index]);
                model.Release(index);
                leases.RemoveAt(index);
                break;
        }
    }

    private static void Receive(
        SharedVectorReceiver receiver,
        HandOverModel model,
        List<SharedVectorLease> leases,
        Features features)
    {
        (bool isRefused, HandOverMessage? expected) = model.Receive();
        features.Add(1, (isRefused ? 1 : 0) + (expected is null ? 2 : 0));
        features.AddCount(2, leases.Count);
        try
        {
            bool isReceived = receiver.TryReceive(out SharedVectorLease lease);
            FuzzFailure.Unless(!isRefused, "what breaks a rule is refused");
            FuzzFailure.UnlessSame(expected is not null, isReceived, "whether there is a block");
            if (expected is not { } message)
                return;
            FuzzFailure.UnlessSame((int)message.Length, lease.Length, "its length");
            FuzzFailure.UnlessSame(message.Tag, lease.Tag, "its tag");
            FuzzFailure.Unless(
                !lease.Span.ContainsAnyExcept(HandOverModel.FillOf((int)message.Slab)),
                "the bytes are the slab's");
            leases.Add(lease);
            FuzzFailure.UnlessSame(leases.Count, receiver.LeaseCount, "the blocks that are out");
        }
        catch (SharedChannelException refusal)
        {
            FuzzFailure.Unless(isRefused, "an honest sender is not refused", refusal.Message);
            FuzzFailure.Unless(refusal.Check.Length != 0, "the check is named", refusal.Message);
        }
    }

    private static void Release(SharedVectorLease lease) => lease.Release();
}
