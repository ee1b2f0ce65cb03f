namespace Sluice.Memory;

/// <summary>Native memory for the time of a block of code: all of it goes on leaving.</summary>
/// <remarks>
/// <para>
/// <b>Ownership.</b> The scope owns what it allocates; nobody needs to dispose a
/// <see cref="ScopedBuffer"/>. Small allocations are cut one after the other from a chunk that
/// they share, large ones have memory of their own.
/// </para>
/// <para>
/// <b>Leaving while memory is pinned</b> (an operation of the kernel under way, say) ends all
/// buffers at once, whichever way it is left, and frees the memory when the last pin ends.
/// <see cref="DisposeAsync"/> and <see cref="WithAsync(Func{BufferScope, Task})"/> wait for that.
/// <see cref="Dispose"/> and <see cref="With(Action{BufferScope})"/> cannot wait, and throw
/// <see cref="InvalidOperationException"/> to say that an operation was left behind. If the body
/// of <c>With</c> throws, its exception is what the caller gets; a <c>using</c> statement cannot
/// know of it, and there the exception of the dispose comes instead.
/// </para>
/// <para>
/// <b>Threads.</b> One at a time may allocate; disposing may race with itself.
/// </para>
/// <para>Idea: withScope of reference/buffer-linux-platform.md.</para>
/// </remarks>
/// <example>
/// <code>
/// using var scope = new BufferScope();
/// ScopedBuffer header = scope.Allocate(16);
/// ScopedBuffer page = scope.AllocateAligned(4096, 4096);
/// </code>
/// </example>
public sealed class BufferScope : IDisposable, IAsyncDisposable
{
    private readonly RegionMemory _region = new();
    private readonly int _generation;

    /// <summary>Creates a scope; it has no memory until the first allocation.</summary>
    public BufferScope() => _generation = _region.Generation;

    /// <summary>Runs code with a scope, and leaves it.</summary>
    /// <param name="body">What to do; an exception of it is passed on.</param>
    /// <exception cref="InvalidOperationException">
    /// The body has ended without an exception and memory is pinned still.
    /// </exception>
    public static void With(Action<BufferScope> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        var scope = new BufferScope();
        try
        {
            body(scope);
        }
        catch
        {
            scope.Close();
            throw;
        }

        scope.Dispose();
    }

    /// <summary>Computes something with a scope, and leaves it.</summary>
    /// <typeparam name="T">Of the result, which must not refer to the scope's memory.</typeparam>
    /// <param name="body">What to do; an exception of it is passed on.</param>
    /// <returns>What the body returns.</returns>
    /// <exception cref="InvalidOperationException">
    /// The body has ended without an exception and memory is pinned still.
    /// </exception>
    public static T With<T>(Func<BufferScope, T> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        var scope = new BufferScope();
        T result;
        try
        {
            result = body(scope);
        }
        catch
        {
            scope.Close();
            throw;
        }

        scope.Dispose();
        return result;
    }

    /// <summary>
    /// Runs asynchronous code with a scope, leaves it, and waits until no memory is pinned.
    /// </summary>
    /// <param name="body">What to do; an exception of it is passed on, after the wait.</param>
    /// <returns>Ends when the memory is free.</returns>
    public static async Task WithAsync(Func<BufferScope, Task> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        var scope = new BufferScope();
        try
        {
            await body(scope).ConfigureAwait(false);
        }
        finally
        {
            await scope.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Computes something asynchronously with a scope, leaves it, and waits until no memory is
    /// pinned.
    /// </summary>
    /// <typeparam name="T">Of the result, which must not refer to the scope's memory.</typeparam>
    /// <param name="body">What to do; an exception of it is passed on, after the wait.</param>
    /// <returns>What the body returns, when the memory is free.</returns>
    public static async Task<T> WithAsync<T>(Func<BufferScope, Task<T>> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        var scope = new BufferScope();
        try
        {
            return await body(scope).ConfigureAwait(false);
        }
        finally
        {
            await scope.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Allocates a buffer; position 0, limit and capacity at the size.</summary>
    /// <param name="size">Bytes; zero is a buffer with an address and without room.</param>
    /// <returns>
    /// A buffer at a multiple of <see cref="NativeBuffer.DefaultAlignment"/> that ends with the
    /// scope. Its memory is not cleared.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">A negative size.</exception>
    /// <exception cref="OutOfMemoryException">There is not as much memory.</exception>
    /// <exception cref="ObjectDisposedException">The scope was left.</exception>
    public ScopedBuffer Allocate(int size) =>
        AllocateAligned(size, NativeBuffer.DefaultAlignment);

    /// <summary>Allocates a buffer at a multiple of an alignment.</summary>
    /// <param name="size">Bytes; zero is a buffer with an address and without room.</param>
    /// <param name="alignment">Bytes, a power of two.</param>
    /// <returns>A buffer that ends with the scope. Its memory is not cleared.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A negative size, or an alignment that is no power of two.
    /// </exception>
    /// <exception cref="OutOfMemoryException">There is not as much memory.</exception>
    /// <exception cref="ObjectDisposedException">The scope was left.</exception>
    public ScopedBuffer AllocateAligned(int size, int alignment)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        BufferThrow.IfNoAlignment(alignment);
        ObjectDisposedException.ThrowIf(!_region.IsCurrent(_generation), this);
        nint address = _region.Allocate((nuint)size, (nuint)alignment);
        return new ScopedBuffer(_region, address, size);
    }

    /// <summary>
    /// Ends all buffers and frees the memory, or leaves that to the last pin. Again: nothing.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// Memory is pinned. The buffers have ended all the same, and the memory goes with the last
    /// pin.
    /// </exception>
    public void Dispose()
    {
        if (!Close() || _region.IsFreed)
            return;

        throw new InvalidOperationException(
            "The scope was left while its memory is pinned, by an operation under way for "
            + "instance. Its buffers have ended; the memory is freed with the last pin. "
            + "DisposeAsync waits for that.");
    }

    /// <summary>Ends all buffers, and waits until no memory is pinned.</summary>
    /// <returns>Ends when the memory is free, also if the scope was left before.</returns>
    public ValueTask DisposeAsync()
    {
        Close();
        return _region.IsFreed ? ValueTask.CompletedTask : new ValueTask(_region.WhenFreed());
    }

    private bool Close() => _region.TryClose(_generation);
}
