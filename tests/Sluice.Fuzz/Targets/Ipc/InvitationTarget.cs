using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Sluice.Fuzz.Engine;
using Sluice.Ipc;
using Sluice.Ipc.Channels;

namespace Sluice.Fuzz.Targets.Ipc;

/// <summary>
/// An invitation to a channel: the message and its descriptors, against a list of what is asked.
/// The input begins with how many descriptors of which kind go with the message.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class InvitationTarget : FuzzTarget
{
    private const int Size = 32;
    private const int DescriptorsMax = 4;
    private const int Lanes = 2;

    private enum Kind
    {
        Channel,
        ControlSocket,
        Nothing,
        Packets,
    }

    public override string Name => "invitation";

    public override int LengthMax => 80;

    public override int Cost => 100;

    public override IEnumerable<byte[]> Seeds() => [[2, 0, 1, 0, 0, .. Message(1, 1, 1, 0)]];

    public override byte[] Reshape(byte[] input, FuzzRandom random)
    {
        uint[] words = [1, 1, 1, (uint)random.Below(Lanes)];
        if (random.OneIn(2))
            words[random.Below(words.Length)] = random.Pick<uint>(0, 1, 2, 3, 4, uint.MaxValue);
        byte[] message = Message(words[0], words[1], words[2], words[3]);
        byte[] kinds = random.OneIn(2) ? [2, 0, 1, 0, 0] : random.Bytes(1 + DescriptorsMax);
        return [.. kinds, .. random.OneIn(4) ? message[..random.Below(Size)] : message];
    }

    public override void Run(ReadOnlySpan<byte> input, Features features)
    {
        var choice = new InputReader(input);
        int count = choice.Below(DescriptorsMax + 1);
        var kinds = new Kind[DescriptorsMax];
        for (int i = 0; i < kinds.Length; i++)
            kinds[i] = (Kind)choice.Below(4);
        kinds = kinds[..count];
        byte[] message = choice.Rest().ToArray();
        if (message.Length == 0)
            return;

        bool isSound = IsSound(message) && kinds is [Kind.Channel, Kind.ControlSocket];
        features.Add(1, isSound ? 1 : 0);
        ChannelMemory channel =
            ChannelMemory.Create(new ChannelGeometry(ChannelKind.Lanes, Lanes, 8, 4096));
        (SafeFileHandle near, SafeFileHandle far) = Invitation.CreateControlPair();
        (DescriptorChannel sender, DescriptorChannel receiver) = DescriptorChannel.CreatePair();
        using (near)
        using (far)
        using (sender)
        using (receiver)
        using (SafeFileHandle nothing = File.OpenHandle("/dev/null"))
        {
            sender.Send(message, [.. kinds.Select(kind => kind switch
            {
                Kind.Channel => (SafeHandle)channel.Handle,
                Kind.ControlSocket => far,
                Kind.Packets => sender.Handle,
                _ => nothing,
            })]);
            Attach(receiver, isSound);
        }

        channel.Release();
    }

    private static void Attach(DescriptorChannel receiver, bool isSound)
    {
        try
        {
            using SharedChannelWriter writer = SharedChannel.AttachWriter(receiver);
            FuzzFailure.Unless(isSound, "what is not sound is refused");
            FuzzFailure.Unless(writer.TryWrite([1, 2, 3]), "the writer works");
        }
        catch (SharedChannelException refusal)
        {
            FuzzFailure.Unless(!isSound, "what is sound is taken", refusal.Message);
            FuzzFailure.Unless(refusal.Check.Length != 0, "the check is named", refusal.Message);
        }
    }

    private static bool IsSound(ReadOnlySpan<byte> message) =>
        message.Length == Size
        && message[..8].SequenceEqual("SLINVITE"u8)
        && BinaryPrimitives.ReadUInt32LittleEndian(message[8..]) == 1
        && BinaryPrimitives.ReadUInt32LittleEndian(message[12..]) == 1
        && BinaryPrimitives.ReadUInt32LittleEndian(message[16..]) == 1
        && BinaryPrimitives.ReadUInt32LittleEndian(message[20..]) < Lanes;

    private static byte[] Message(uint version, uint kind, uint role, uint lane)
    {
        var message = new byte[Size];
        "SLINVITE"u8.CopyTo(message);
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(8), version);
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(12), kind);
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(16), role);
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(20), lane);
        return message;
    }
}
