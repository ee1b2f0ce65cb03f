using Sluice.Memory;

namespace Sluice.Ipc.HandOver;

/// <summary>
/// The sender's books: a ticket for each block that a receiver has, with the reference that keeps
/// the block. They are in private memory. A receiver can only name a ticket, and only once.
/// </summary>
/// <remarks>For one thread at a time.</remarks>
internal sealed class InFlightTable
{
    private readonly IoVector[] _vectors;
    private readonly int[] _free;
    private int _freeCount;

    public InFlightTable(int size)
    {
        _vectors = new IoVector[size];
        _free = new int[size];
        for (int ticket = 0; ticket < size; ticket++)
            _free[ticket] = size - 1 - ticket;
        _freeCount = size;
    }

    /// <summary>How many blocks are out.</summary>
    public int Count => _vectors.Length - _freeCount;

    /// <summary>The ticket that <see cref="Add"/> will take.</summary>
    public bool TryPeek(out int ticket)
    {
        int last = _freeCount - 1;
        ticket = last < 0 ? -1 : _free[last];
        return last >= 0;
    }

    /// <summary>Takes the reference over; nothing has changed if that fails.</summary>
    public void Add(ref IoVector vector)
    {
        _vectors[_free[_freeCount - 1]] = vector.Move();
        _freeCount--;
    }

    /// <summary>Gives the reference that was added last to its variable again.</summary>
    public void Undo(ref IoVector vector) => vector = _vectors[_free[_freeCount++]].Move();

    /// <summary>Gives the reference back.</summary>
    /// <param name="ticket">As the receiver says; anything.</param>
    /// <returns>Whether a block is out with that ticket.</returns>
    public bool TryRelease(uint ticket)
    {
        if (ticket >= (uint)_vectors.Length || !_vectors[ticket].HasReference)
            return false;

        _vectors[ticket].Release();
        _free[_freeCount++] = (int)ticket;
        return true;
    }

    /// <summary>Gives all references back.</summary>
    /// <returns>How many.</returns>
    public int ReleaseAll()
    {
        int count = 0;
        for (uint ticket = 0; ticket < (uint)_vectors.Length; ticket++)
            count += TryRelease(ticket) ? 1 : 0;
        return count;
    }
}
