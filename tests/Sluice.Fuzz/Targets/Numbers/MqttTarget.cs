using Sluice.Fuzz.Engine;
using Sluice.Memory;

namespace Sluice.Fuzz.Targets.Numbers;

/// <summary>
/// The variable byte integer of MQTT, against the table of its ranges (5.0, 1.5.5, table 1-1).
/// </summary>
internal sealed class MqttTarget : FuzzTarget
{
    public override string Name => "mqtt";

    public override int LengthMax => 8;

    public override IEnumerable<byte[]> Seeds() => [[0], [0x80, 1], [0xFF, 0xFF, 0xFF, 0x7F]];

    public override byte[] Reshape(byte[] input, FuzzRandom random)
    {
        byte[] built = random.Bytes(1 + random.Below(6));
        for (int i = 0; i < built.Length - 1; i++)
            built[i] |= 0x80;
        built[^1] &= random.Pick<byte>(0x00, 0x01, 0x7F, 0xFF);
        return built;
    }

    public override void Run(ReadOnlySpan<byte> input, Features features)
    {
        Expectation state = Expect(input, out int value, out int length);
        features.Add(1, (int)state * 8 + length);
        if (NumberCheck.Run(
            input, state, value, length,
            static (ref r, out v) => r.TryReadMqttInteger(out v),
            static (ref r) => r.ReadMqttInteger()))
        {
            NumberCheck.RunBack(
                value, BufferMqtt.GetMqttIntegerLength(value),
                static (ref w, v) => w.WriteMqttInteger(v),
                static (ref r) => r.ReadMqttInteger());
            FuzzFailure.UnlessSame(
                length, BufferMqtt.GetMqttIntegerLength(value), "there is one form");
        }
    }

    private static Expectation Expect(ReadOnlySpan<byte> input, out int value, out int length)
    {
        value = 0;
        length = 0;
        for (int i = 0; i < 4; i++)
        {
            if (i >= input.Length)
                return Expectation.Incomplete;
            if (input[i] >= 128)
                continue;

            int number = 0;
            for (int j = i; j >= 0; j--)
                number = (number * 128) + (input[j] % 128);
            int least = i switch { 0 => 0, 1 => 128, 2 => 16_384, _ => 2_097_152 };
            if (number < least)
                return Expectation.Invalid;
            value = number;
            length = i + 1;
            return Expectation.Read;
        }

        return Expectation.Invalid;
    }
}
