namespace Sluice.Uring;

/// <summary>
/// What a submission carries in its <c>user_data</c>: the kind of the operation, the slot of the
/// object that it belongs to, and that object's generation. Never a descriptor, for descriptors
/// are reused while completions of their predecessor are still on the way.
/// </summary>
/// <remarks>
/// Layout, from the most significant bit: kind (8), generation (24), slot (32).
/// </remarks>
public readonly record struct OperationToken
{
    /// <summary>The largest generation; the next one is 0 again.</summary>
    public const uint GenerationMax = (1u << GenerationBits) - 1;

    private const int GenerationBits = 24;
    private const int GenerationShift = 32;
    private const int KindShift = GenerationShift + GenerationBits;

    /// <summary>Unpacks a token.</summary>
    public OperationToken(ulong value) => Value = value;

    /// <summary>Packs a token; only the low 24 bits of the generation are kept.</summary>
    public OperationToken(byte kind, uint slot, uint generation) =>
        Value = ((ulong)kind << KindShift)
            | ((ulong)(generation & GenerationMax) << GenerationShift)
            | slot;

    /// <summary>The packed form.</summary>
    public ulong Value { get; }

    /// <summary>The kind of the operation; its meaning is the user's.</summary>
    public byte Kind => (byte)(Value >> KindShift);

    /// <summary>The generation of the slot when the operation was submitted.</summary>
    public uint Generation => (uint)(Value >> GenerationShift) & GenerationMax;

    /// <summary>The slot of the object that the operation belongs to.</summary>
    public uint Slot => (uint)Value;
}
