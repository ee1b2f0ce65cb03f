namespace Sluice.Memory.Stress.Buffers;

/// <summary>Memory was not what its owner had written, or a rule was not kept.</summary>
internal sealed class CorruptionException(string message) : Exception(message)
{
    public static void ThrowUnless(bool isTrue, string message)
    {
        if (!isTrue)
            throw new CorruptionException(message);
    }

    /// <summary>The action must throw, because what it uses has ended.</summary>
    public static void ThrowUnlessDisposed(Action action, string message)
    {
        try
        {
            action();
        }
        catch (ObjectDisposedException)
        {
            return;
        }

        throw new CorruptionException(message);
    }
}
