namespace Sluice.Testing.Connections;

/// <summary>Bytes that are the same for the same seed, and different at every position.</summary>
public static class TestBytes
{
    /// <summary>Makes bytes.</summary>
    public static byte[] Create(int length, int seed = 1)
    {
        byte[] bytes = new byte[length];
        Source(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>A source of numbers for sizes and orders; never for secrets.</summary>
#pragma warning disable CA5394 // Reproducible on purpose.
    public static Random Source(int seed) => new(seed);
#pragma warning restore CA5394
}
