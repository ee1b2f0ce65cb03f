using System.Buffers;
using System.Runtime.CompilerServices;

namespace Sluice.Memory;

/// <summary>
/// The life of a piece of memory that one or several buffers look at: open or closed, pinned or
/// not, and for the how-manieth time it is in use.
/// </summary>
/// <remarks>
/// One word (<see cref="BufferState"/>), so that each step is one atomic operation. A buffer
/// carries the generation at which it was made; every access compares it. Closing increments it,
/// so all views end at once; the memory itself is let go of when the last pin ends too. An object
/// may be opened again for other memory: the old generation never fits again.
/// <para>
/// Order: closing and pinning are full fences (compare-and-swap on the same word), so either the
/// pin is counted before the close and defers the release, or it sees the new generation and
/// fails. The plain read in <see cref="IsCurrent"/> protects one thread from itself, not from
/// another thread that disposes meanwhile; that is what pins are for.
/// </para>
/// <para>
/// Opening is a plain store, and that is sound: between <see cref="OnUnused"/> and the next
/// opening the word is closed and without pins, and no step but opening leads out of that. So
/// whoever was told by <see cref="OnUnused"/>, or was handed the object by him, is the only one
/// who writes.
/// </para>
/// </remarks>
internal abstract class BufferMemory : IPinnable
{
    private long _state = BufferState.Initial;

    /// <summary>
    /// The buffer object that a pool gives out with this memory; null makes it a new one.
    /// </summary>
    public PlatformBuffer? Front { get; set; }

    /// <summary>The generation of buffers that may use the memory now.</summary>
    public int Generation => BufferState.Generation(_state);

    /// <summary>Whether neither a buffer nor a pin uses the memory.</summary>
    public bool IsUnused => BufferState.IsUnused(Volatile.Read(ref _state));

    /// <summary>Whether closing gives the memory to somebody who will use it again.</summary>
    public virtual bool IsReused => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsCurrent(int generation) => BufferState.Generation(_state) == generation;

    /// <summary>
    /// Whether one thread may write the word without atomic operations: then each step of
    /// another begins with <see cref="ShareWord"/>.
    /// </summary>
    protected bool HasSoleWriter { get; set; }

    /// <summary>Holds the memory, if it is open still and of this generation.</summary>
    public bool TryPin(int generation)
    {
        if (HasSoleWriter)
            ShareWord();
        long state = Volatile.Read(ref _state);
        while (BufferState.TryPin(state, generation, out long next))
        {
            long seen = Interlocked.CompareExchange(ref _state, next, state);
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
        if (HasSoleWriter)
            ShareWord();
        long state = Volatile.Read(ref _state);
        long next;
        while (BufferState.TryUnpin(state, out next))
        {
            long seen = Interlocked.CompareExchange(ref _state, next, state);
            if (seen == state)
            {
                if (BufferState.IsUnused(next))
                    OnUnused();
                return;
            }

            state = seen;
        }

        throw new InvalidOperationException("The memory is not pinned.");
    }

    /// <summary>Ends all views of this generation.</summary>
    /// <returns>False if it has ended already.</returns>
    public bool TryClose(int generation)
    {
        if (!TryEnd(generation, out bool isUnused))
            return false;

        if (isUnused)
            OnUnused();
        return true;
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
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected int Open()
    {
        long state = BufferState.Open(_state);
        Volatile.Write(ref _state, state);
        return BufferState.Generation(state);
    }

    /// <summary>Ends all views; the caller calls <see cref="OnUnused"/> if it says so.</summary>
    /// <param name="generation">Of the views.</param>
    /// <param name="isUnused">Whether no pin is left either.</param>
    /// <returns>False if it has ended already.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected bool TryEnd(int generation, out bool isUnused)
    {
        if (HasSoleWriter)
            ShareWord();

        // Usually there is no pin. To guess is faster than to read what was written just before.
        long state = BufferState.Opened(generation);
        while (BufferState.TryClose(state, generation, out long next))
        {
            long seen = Interlocked.CompareExchange(ref _state, next, state);
            if (seen == state)
            {
                isUnused = BufferState.IsUnused(next);
                return true;
            }

            state = seen;
        }

        isUnused = false;
        return false;
    }

    /// <summary>
    /// Ends all views of memory without pins. Only who is the sole writer of the word now.
    /// </summary>
    /// <param name="generation">Of the views.</param>
    /// <returns>False if it has ended already, or is pinned; nothing has changed then.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected bool TryEndAlone(int generation)
    {
        if (_state != BufferState.Opened(generation))
            return false;

        _state = BufferState.Closed(generation);
        return true;
    }

    /// <summary>Sees to it that there is no sole writer any more, unless it is this thread.
    /// </summary>
    protected virtual void ShareWord()
    {
    }

    /// <summary>Closed and not pinned: the memory can go. Called once for each life.</summary>
    protected abstract void OnUnused();
}
