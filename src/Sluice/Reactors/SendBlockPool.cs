namespace Sluice.Reactors;

/// <summary>
/// The send blocks of one reactor, in two sizes: small ones for what usually leaves at once, large
/// ones for writers that go on. Last in, first out, so that warm memory is used again; bounded, so
/// that a burst is given back. Safe for use by several threads.
/// </summary>
internal sealed class SendBlockPool : IDisposable
{
    public const int SmallSize = 4096;
    public const int LargeSize = 32 * 1024;
    private const int SmallKeptMax = 512;
    private const int LargeKeptMax = 64;

    private SpinGate _gate;
    private SendBlock? _small;
    private SendBlock? _large;
    private int _smallKept;
    private int _largeKept;
    private bool _disposed;

    /// <summary>A block with at least that capacity.</summary>
    public SendBlock Rent(int capacity)
    {
        if (capacity > LargeSize)
            return new SendBlock(capacity);

        bool isSmall = capacity <= SmallSize;
        using (_gate.Enter())
        {
            ref SendBlock? top = ref isSmall ? ref _small : ref _large;
            if (top is { } block)
            {
                top = block.Next;
                block.Next = null;
                (isSmall ? ref _smallKept : ref _largeKept)--;
                return block;
            }
        }

        return new SendBlock(isSmall ? SmallSize : LargeSize);
    }

    public void Return(SendBlock block)
    {
        block.Written = 0;
        block.Next = null;
        bool isSmall = block.Capacity == SmallSize;
        using (_gate.Enter())
        {
            ref SendBlock? top = ref isSmall ? ref _small : ref _large;
            ref int kept = ref isSmall ? ref _smallKept : ref _largeKept;
            if (!_disposed
                && block.Capacity <= LargeSize
                && kept < (isSmall ? SmallKeptMax : LargeKeptMax))
            {
                block.Next = top;
                top = block;
                kept++;
                return;
            }
        }

        block.Free();
    }

    public void Dispose()
    {
        using (_gate.Enter())
        {
            _disposed = true;
            Free(ref _small);
            Free(ref _large);
        }
    }

    private static void Free(ref SendBlock? top)
    {
        while (top is { } block)
        {
            top = block.Next;
            block.Free();
        }
    }
}
