using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Sluice.Fuzz.Engine;
using Sluice.Ipc;
using Sluice.Ipc.Channels;
using Sluice.Ipc.HandOver;

namespace Sluice.Fuzz.Targets.Ipc;

/// <summary>
/// The first message of who hands blocks over: the message and its descriptors, against a list of
/// what is asked. The input begins with how many descriptors of which kind.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class GreetingTarget : FuzzTarget
{
    private const int Size = 16;
    private const int InFlightMax = 65_536;

    public override string Name => "greeting";

    public override int LengthMax => 40;

    public override int Cost => 50;

    public override IEnumerable<byte[]> Seeds() => [[1, 0, .. Message(1, 4)]];

    public override byte[] Reshape(byte[] input, FuzzRandom random)
    {
        byte[] message = Message(
            random.Pick<uint>(1, 1, 1, 2), random.Pick(0, 1, 4, InFlightMax, InFlightMax + 1, -1));
        byte[] kinds = random.OneIn(2) ? [1, 0] : random.Bytes(2);
        return [.. kinds, .. random.OneIn(4) ? message[..random.Below(Size)] : message];
    }

    public override void Run(ReadOnlySpan<byte> input, Features features)
    {
        var choice = new InputReader(input);
        int count = choice.Below(4);
        int kind = choice.Below(3);
        byte[] message = choice.Rest().ToArray();
        if (message.Length == 0)
            return;

        int limit = message.Length == Size ? BitConverter.ToInt32(message, 12) : 0;
        bool isSound = message.Length == Size
            && message.AsSpan(0, 8).SequenceEqual("SLHANDOV"u8)
            && BitConverter.ToUInt32(message, 8) == 1
            && limit is >= 1 and <= InFlightMax
            && count == 1 && kind == 0;
        features.Add(1, isSound ? 1 : 0);
        (DescriptorChannel sender, DescriptorChannel receiver) = DescriptorChannel.CreatePair();
        (SafeFileHandle near, SafeFileHandle far) = Invitation.CreateControlPair();
        using (near)
        using (far)
        using (sender)
        using (receiver)
        using (SafeFileHandle nothing = File.OpenHandle("/dev/null"))
        {
            SafeHandle handle = kind switch { 0 => sender.Handle, 1 => far, _ => nothing };
            sender.Send(message, [.. Enumerable.Repeat(handle, count)]);
            Receive(receiver, isSound, limit);
        }
    }

    private static void Receive(DescriptorChannel receiver, bool isSound, int limit)
    {
        try
        {
            using DescriptorChannel slabs = HandOverGreeting.Receive(receiver, out int found);
            FuzzFailure.Unless(isSound, "what is not sound is refused");
            FuzzFailure.UnlessSame(limit, found, "the limit is the message's");
            FuzzFailure.Unless(slabs.HasPackets, "the socket has packets");
        }
        catch (SharedChannelException refusal)
        {
            FuzzFailure.Unless(!isSound, "what is sound is taken", refusal.Message);
            FuzzFailure.Unless(refusal.Check.Length != 0, "the check is named", refusal.Message);
        }
    }

    private static byte[] Message(uint version, int inFlightMax)
    {
        var message = new byte[Size];
        "SLHANDOV"u8.CopyTo(message);
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(8), version);
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(12), inFlightMax);
        return message;
    }
}
