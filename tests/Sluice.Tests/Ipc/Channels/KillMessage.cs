namespace Sluice.Tests.Ipc.Channels;

/// <summary>Messages whose number tells their length and all of their bytes.</summary>
internal static class KillMessage
{
    public const int LengthMax = 8 + 210;

    public static int LengthOf(long number) => 8 + (int)(number * 7919 % 211);

    public static void Fill(Span<byte> message, long number)
    {
        BitConverter.TryWriteBytes(message, number);
        for (int i = 8; i < message.Length; i++)
            message[i] = (byte)((number * 31) + i);
    }

    /// <summary>Fails unless it is the whole message of that number.</summary>
    public static void Check(ReadOnlySpan<byte> message, long number)
    {
        Assert.Equal(number, BitConverter.ToInt64(message));
        Assert.Equal(LengthOf(number), message.Length);
        for (int i = 8; i < message.Length; i++)
        {
            if (message[i] != (byte)((number * 31) + i))
                Assert.Fail($"Byte {i} of message {number} is half-written.");
        }
    }
}
