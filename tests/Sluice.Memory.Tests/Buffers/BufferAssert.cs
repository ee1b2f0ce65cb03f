namespace Sluice.Memory.Tests.Buffers;

/// <summary>A call that fails has changed nothing.</summary>
internal static class BufferAssert
{
    /// <summary>Fills the buffer with bytes that tell their index.</summary>
    public static void Number(PlatformBuffer buffer)
    {
        for (int i = 0; i < buffer.Limit; i++)
            buffer.SetByte(i, (byte)(i + 1));
    }

    public static void ThrowsAndKeeps<TException>(PlatformBuffer buffer, Action action)
        where TException : Exception
    {
        (int position, int limit) = (buffer.Position, buffer.Limit);
        byte[] bytes = buffer.AsSpan(0, limit).ToArray();

        Assert.Throws<TException>(action);
        Same(buffer, position, limit, bytes);
    }

    public static void IsFalseAndKeeps(PlatformBuffer buffer, Func<bool> function)
    {
        (int position, int limit) = (buffer.Position, buffer.Limit);
        byte[] bytes = buffer.AsSpan(0, limit).ToArray();

        Assert.False(function());
        Same(buffer, position, limit, bytes);
    }

    /// <summary>The bytes, from the start to the position.</summary>
    public static byte[] Written(PlatformBuffer buffer) =>
        buffer.AsSpan(0, buffer.Position).ToArray();

    private static void Same(PlatformBuffer buffer, int position, int limit, byte[] bytes)
    {
        Assert.Equal(position, buffer.Position);
        Assert.Equal(limit, buffer.Limit);
        Assert.Equal(bytes, buffer.AsSpan(0, limit).ToArray());
    }
}
