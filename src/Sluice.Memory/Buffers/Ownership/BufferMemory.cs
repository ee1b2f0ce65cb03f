using System.Buffers;
using System.Runtime.CompilerServices;

namespace Sluice.Memory;

/// <summary>
/// The life of a piece of memory that one or several buffers look at: open or closed, pinned or
/// not, and for the how-manieth time it is in use.
/// </summary>
/// <remarks>
/// <code>
///   63     62 ............ 32   31 ............ 0
///   open   pins                 generation
/// </code>
/// One word, so that each step is one atomic operation. A buffer carries the generation at which
/// it was made; every access compares it. Closing increments it, so all views end at once; the
/// memory itself is let go of when the last pin ends too. An object may be opened again for other
/// memory: the old generation never fits again.
/// <para>
/// Order: closing and pinning are full fences (compare-and-swap on the same word), so either the
/// pin is counted before the close and defers the release, or it sees the new generation and
/// fails. The plain read in <see cref="IsCurrent"/> protects one thread from itself, not from
/// another thread that disposes meanwhile; that is what pins are for.
/// </para>
/// </remarks>
internal abstract class BufferMemory : IPinnable
{
    /// <summary>No buffer that is open has this generation.</summary>
    public const int NoGeneration = 0;

    private const long OpenBit = long.MinValue;
    private const long OnePin = 1L << 32;
    private const long PinsMask = long.MaxValue & ~0xFFFF_FFFFL;

    private long _state;

    /// <summary>
    /// The buffer object that a pool gives out with this memory; null makes it a new one.
    /// </summary>
    public PlatformBuffer? Front { get; set; }

    /// <summary>The generation of buffers that may use the memory now.</summary>
    public int Generation => (int)_state;

    /// <summary>Whether neither a buffer nor a pin uses the memory.</summary>
    public bool IsUnused => (Volatile.Read(ref _state) & ~0xFFFF_FFFFL) == 0;

    /// <summary>Whether closing gives the memory to somebody who will use it again.</summary>
    public virtual bool IsReused => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsCurrent(int generation) => (int)_state == generation;

    /// <summary>Holds the memory, if it is open still and of this generation.</summary>
    public bool TryPin(int generation)
    {
        long state = Volatile.Read(ref _state);
        while (state < 0 && (int)state == generation)
        {
            long seen = Interlocked.CompareExchange(ref _state, state + OnePin, state);
            if (seen == state)
                return true;
            state = seen;
        }

        return false;
    }

    /// <summary>Ends what <see cref="TryPin"/> began.</summary>
    /// <exception cref="InvalidOperationException">There is no pin.</exception>
    public void Unpin()
    {
        long state = Volatile.Read(ref _state);
        while (true)
        {
            if ((state & PinsMask) == 0)
                throw new InvalidOperationException("The memory is not pinned.");

            long seen = Interlocked.CompareExchange(ref _state, state - OnePin, state);
            if (seen == state)
                break;
            state = seen;
        }

        if (((state - OnePin) & ~0xFFFF_FFFFL) == 0)
            OnUnused();
    }

    /// <summary>Ends all views of this generation.</summary>
    /// <returns>False if it has ended already.</returns>
    public bool TryClose(int generation)
    {
        long state = Volatile.Read(ref _state);
        while (state < 0 && (int)state == generation)
        {
            long closed = (state & PinsMask) | (uint)Next(generation);
            long seen = Interlocked.CompareExchange(ref _state, closed, state);
            if (seen == state)
            {
                if ((closed & PinsMask) == 0)
                    OnUnused();
                return true;
            }

            state = seen;
        }

        return false;
    }

    /// <summary>
    /// Memory that a slice refers to: this, unless the slice must outlive the owner.
    /// </summary>
    /// <param name="generation">The generation of the buffer that is sliced; it is current.</param>
    public virtual BufferMemory ForSlice(int generation) => this;

    // IPinnable, for MemoryHandle.
    MemoryHandle IPinnable.Pin(int elementIndex) => throw new NotSupportedException();

    /// <summary>Begins a new life. Nobody else may know the object then, or it is closed.</summary>
    /// <returns>The generation of this life.</returns>
    protected int Open()
    {
        int generation = (int)_state == NoGeneration ? 1 : (int)_state;
        Volatile.Write(ref _state, OpenBit | (uint)generation);
        return generation;
    }

    /// <summary>Closed and not pinned: the memory can go. Called once for each life.</summary>
    protected abstract void OnUnused();

    private static int Next(int generation) =>
        generation == -1 ? 1 : generation + 1;
}
