using Sluice.Memory.Interop;
using static Sluice.Memory.BlockWord;

namespace Sluice.Memory;

/// <summary>
/// Blocks of one list of another thread's heap, collected within one call and pushed at its end
/// at the latest. There is no batch that outlives a call, so nothing can strand on a thread that
/// does nothing afterwards.
/// </summary>
internal unsafe struct ReturnBatch<T>
    where T : struct, IInterleaving
{
    private Block* _first;
    private BlockList* _home;
    private IoHeap? _heap;
    private int _more;
    private int _moreMax;
    private nuint _current;

    /// <summary>
    /// Takes the last reference to a Shared block of another thread; false for all else.
    /// </summary>
    /// <remarks>
    /// Each block is claimed by compare-exchange: threads that release copies of one reference at
    /// once are a defect of the caller, but the block whose memory is a list must not be in
    /// another list too, from which the owner would hand it out.
    /// </remarks>
    public bool TryAdd(Block* block, ulong vector)
    {
        if (block == null)
            return false;

        ulong word = Volatile.Read(ref block->Word);
        if ((word ^ vector) != (Shared | 1) || IsOwner(block->Window))
            return false;

        T.Step();
        if (_first != null && _more < _moreMax && _home == block->Home)
        {
            if (!TryClaim(block, vector, word))
                return false;
            ReturnStack.List(_first, _more++, block);
            return true;
        }

        Flush();

        // Found before the block is claimed: whoever races for it may bring it home meanwhile.
        BlockList* home = block->Home;
        IoHeap heap = IoHeap.Of(block);
        int moreMax = ReturnStack.BatchCount(home->BlockSize) - 1;
        if (!TryClaim(block, vector, word))
            return false;

        _first = block;
        _home = home;
        _heap = heap;
        _moreMax = moreMax;
        return true;
    }

    /// <summary>Prepares for that many more blocks, which may yet turn out to be of another list.
    /// </summary>
    public readonly void Expect(int count)
    {
        if (_first != null)
            ReturnStack.TouchList(_first, _more, Math.Min(_more + count, _moreMax));
    }

    /// <summary>Pushes what there is.</summary>
    public void Flush()
    {
        if (_first == null)
            return;

        T.Step();
        _heap!.Returns.Push<T>(_first, _more);
        _first = null;
        _more = 0;
        _heap.AfterReturn();
    }

    private static bool TryClaim(Block* block, ulong vector, ulong word) =>
        Interlocked.CompareExchange(ref block->Word, Next(vector) | Returning, word) == word;

    private bool IsOwner(nuint window)
    {
        if (_current == 0)
            _current = ThreadStack.Current;
        return window == _current || ThreadStack.IsIn(window);
    }
}
