using System.Diagnostics.CodeAnalysis;

namespace Sluice.Memory;

/// <summary>The exceptions of a pool, out of the way of the code that does not throw.</summary>
internal static class PoolThrow
{
    [DoesNotReturn]
    public static void BoundReached() =>
        throw new InvalidOperationException(
            "As much is rented from the pool as its options allow.");

    [DoesNotReturn]
    public static void ReturnedTwice() =>
        throw new InvalidOperationException("The rental has been returned already.");

    [DoesNotReturn]
    public static void Foreign(string name) =>
        throw new ArgumentException("The rental is not of this pool.", name);
}
