namespace Sluice.Testing.Campaigns;

/// <summary>
/// The bytes of a stream by position: whoever knows the stream can tell a byte that is missing,
/// repeated or somebody else's.
/// </summary>
internal static class Pattern
{
    public static byte At(int stream, long position)
    {
        ulong z = ((ulong)(uint)stream << 40) ^ (ulong)position;
        z = (z ^ (z >> 29)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 32)) * 0x94D049BB133111EB;
        return (byte)(z >> 56);
    }

    public static void Fill(Span<byte> bytes, int stream, long position)
    {
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = At(stream, position + i);
    }

    public static void Require(ReadOnlySpan<byte> bytes, int stream, long position)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] != At(stream, position + i))
            {
                throw new SimulationMismatch(
                    $"Stream {stream} has a wrong byte at {position + i}: {bytes[i]:x2}, not "
                    + $"{At(stream, position + i):x2}.");
            }
        }
    }
}
