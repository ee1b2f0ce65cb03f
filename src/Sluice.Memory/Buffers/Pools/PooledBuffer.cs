namespace Sluice.Memory;

/// <summary>A rental of a <see cref="BufferPool"/>: the buffer, for this time.</summary>
/// <remarks>
/// <para>
/// <b>Ownership.</b> Who rents returns, once: by <see cref="Dispose"/> (harmless when repeated),
/// by <see cref="BufferPool.Return"/> (which throws when repeated) or by disposing the buffer.
/// The handle knows which time it is for: when it is used late it throws and never touches the
/// next rental. The buffer <i>object</i> is used again with its memory, so do not keep
/// it beyond the return; with <see cref="BufferTrace"/> each rental has a new object, and a late
/// use throws.
/// </para>
/// <para><b>Threads.</b> Returned on any thread; otherwise as the buffer.</para>
/// </remarks>
/// <example>
/// <code>
/// using PooledBuffer rental = pool.Rent(8192);
/// rental.Buffer.WriteInt32(42);
/// </code>
/// </example>
public readonly struct PooledBuffer : IDisposable, IEquatable<PooledBuffer>
{
    private readonly PooledMemory? _memory;
    private readonly int _generation;

    internal PooledBuffer(PooledMemory memory, int generation)
    {
        _memory = memory;
        _generation = generation;
    }

    /// <summary>The buffer; its capacity is the size that was asked for.</summary>
    /// <exception cref="ObjectDisposedException">It was returned, or is no rental.</exception>
    public PlatformBuffer Buffer
    {
        get
        {
            if (_memory is { } memory
                && memory.IsCurrent(_generation)
                && memory.Front is { } buffer)
            {
                return buffer;
            }

            BufferThrow.Disposed();
            return null;
        }
    }

    internal PooledMemory? Memory => _memory;

    internal int Generation => _generation;

    /// <summary>Whether two handles are of the same rental.</summary>
    public static bool operator ==(PooledBuffer left, PooledBuffer right) => left.Equals(right);

    /// <summary>Whether two handles are of different rentals.</summary>
    public static bool operator !=(PooledBuffer left, PooledBuffer right) => !left.Equals(right);

    /// <summary>
    /// Returns the rental, if it was not returned yet. The memory goes round when no slice and no
    /// pin holds it.
    /// </summary>
    public void Dispose() => _memory?.TryReturn(_generation);

    /// <summary>Whether the other handle is of the same rental.</summary>
    /// <param name="other">The other handle.</param>
    public bool Equals(PooledBuffer other) =>
        ReferenceEquals(_memory, other._memory) && _generation == other._generation;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is PooledBuffer other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_memory, _generation);
}
