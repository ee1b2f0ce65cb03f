using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace Sluice.Memory;

/// <summary>The exceptions of buffers, out of the way of the code that does not throw.</summary>
internal static class BufferThrow
{
    [DoesNotReturn]
    public static void Disposed() =>
        throw new ObjectDisposedException(
            nameof(PlatformBuffer), "The buffer, or the one that it is a slice of, was disposed.");

    [DoesNotReturn]
    public static void Underflow(int wanted, int left) =>
        throw new BufferUnderflowException(
            $"The buffer has {left} bytes left; {wanted} were to be read.");

    [DoesNotReturn]
    public static void Overflow(int wanted, int left) =>
        throw new BufferOverflowException(
            $"The buffer has room for {left} bytes; {wanted} were to be written.");

    [DoesNotReturn]
    public static void OutOfRange(string name, int index, int count, int limit) =>
        throw new ArgumentOutOfRangeException(
            name, $"{count} bytes at {index} are not within the {limit} bytes of the buffer.");

    public static void IfNoAlignment(int alignment)
    {
        if (!BitOperations.IsPow2(alignment))
            NoAlignment(alignment);
    }

    [DoesNotReturn]
    private static void NoAlignment(int alignment) =>
        throw new ArgumentOutOfRangeException(
            nameof(alignment), alignment, "An alignment is a power of two.");
}
