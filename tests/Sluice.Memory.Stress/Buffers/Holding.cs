using System.Buffers;

namespace Sluice.Memory.Stress.Buffers;

/// <summary>A buffer with a pattern, which only its holder writes.</summary>
/// <param name="Buffer">The buffer.</param>
/// <param name="Pattern">The value of each of its bytes.</param>
internal sealed record Holding(PlatformBuffer Buffer, byte Pattern)
{
    /// <summary>The rental, if it is one.</summary>
    public PooledBuffer Rental { get; init; }

    /// <summary>The pool of the rental.</summary>
    public BufferPool? Pool { get; init; }

    /// <summary>The scope, if the buffer is of one.</summary>
    public BufferScope? Scope { get; init; }

    /// <summary>Whether it is a rental or a slice of one: its slices outlive it.</summary>
    public bool IsOfAPool { get; init; }

    /// <summary>Views of the buffer that end with it.</summary>
    public List<PlatformBuffer> Slices { get; } = [];

    /// <summary>Whether a pin of the buffer may be open.</summary>
    public bool IsPinned { get; set; }

    public void Fill() => Buffer.RemainingSpan.Fill(Pattern);

    public void Check()
    {
        CheckBytes(Buffer.AsSpan(0, Buffer.Capacity), Pattern);
        foreach (PlatformBuffer slice in Slices)
            CheckBytes(slice.AsSpan(0, slice.Capacity), Pattern);
    }

    public static void CheckBytes(ReadOnlySpan<byte> bytes, byte pattern)
    {
        int index = bytes.IndexOfAnyExcept(pattern);
        CorruptionException.ThrowUnless(index < 0, $"Byte {index} of {bytes.Length} was changed.");
    }

    /// <summary>Ends the buffer in one of the ways there are.</summary>
    /// <returns>Ends when the memory is free; usually at once.</returns>
    public Task End(Random random)
    {
        Check();
        if (Scope is not null)
            return EndScope(random);
        if (Pool is not null)
            EndRental(random);
        else
            EndOwned();
        return Task.CompletedTask;
    }

    private void EndOwned()
    {
        Buffer.Dispose();
        Buffer.Dispose();
        CorruptionException.ThrowUnlessDisposed(
            () => Buffer.ReadByte(), "A disposed buffer was read.");
        EndSlices();
    }

    private Task EndScope(Random random)
    {
        Task ended = Task.CompletedTask;
        if (random.Next(2) == 0)
            ended = Scope!.DisposeAsync().AsTask();
        else
        {
            try
            {
                Scope!.Dispose();
            }
            catch (InvalidOperationException) when (IsPinned)
            {
                ended = Scope!.DisposeAsync().AsTask();
            }
        }

        CorruptionException.ThrowUnlessDisposed(
            () => Buffer.ReadByte(), "A buffer of an ended scope was read.");
        EndSlices();
        return ended;
    }

    // The object belongs to the next rental from the return on: only the handle is used.
    private void EndRental(Random random)
    {
        switch (random.Next(3))
        {
            case 0:
                Pool!.Return(Rental);
                break;
            case 1:
                Rental.Dispose();
                break;
            default:
                Buffer.Dispose();
                break;
        }

        Rental.Dispose();
        CorruptionException.ThrowUnlessDisposed(
            () => _ = Rental.Buffer, "A returned rental was used.");
        try
        {
            Pool!.Return(Rental);
        }
        catch (InvalidOperationException)
        {
            return;
        }

        throw new CorruptionException("A rental was returned twice.");
    }

    private void EndSlices()
    {
        foreach (PlatformBuffer slice in Slices)
        {
            CorruptionException.ThrowUnlessDisposed(
                () => slice.ReadByte(), "A slice of a disposed buffer was read.");
            slice.Dispose();
        }
    }
}
