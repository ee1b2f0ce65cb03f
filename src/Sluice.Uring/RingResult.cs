namespace Sluice.Uring;

/// <summary>What a call into the kernel returned: a count, or an error. Never both.</summary>
public readonly record struct RingResult
{
    /// <summary>Wraps a kernel result: zero or positive, or <c>-errno</c>.</summary>
    public RingResult(int value) => Value = value;

    /// <summary>The raw result.</summary>
    public int Value { get; }

    /// <summary>Whether the call succeeded.</summary>
    public bool IsSuccess => Value >= 0;

    /// <summary>The count that the call returned; 0 if it failed.</summary>
    public int Count => Math.Max(Value, 0);

    /// <summary>The error, or <see cref="Errno.None"/>.</summary>
    public Errno Error => Value < 0 ? (Errno)(-Value) : Errno.None;
}
