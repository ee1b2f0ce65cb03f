namespace Sluice.Memory.Tests.Buffers.Properties;

/// <summary>What a call throws, in the model.</summary>
internal sealed record Failure(Type Exception)
{
    public static readonly Failure OutOfRange = new(typeof(ArgumentOutOfRangeException));
    public static readonly Failure Argument = new(typeof(ArgumentException));
    public static readonly Failure Underflow = new(typeof(BufferUnderflowException));
    public static readonly Failure Overflow = new(typeof(BufferOverflowException));
    public static readonly Failure InvalidData = new(typeof(InvalidDataException));
}
