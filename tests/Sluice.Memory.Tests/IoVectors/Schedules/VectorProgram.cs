namespace Sluice.Memory.Tests.IoVectors.Schedules;

/// <summary>
/// One schedule's work: each thread does some operations of the protocol, chosen by the seed, on
/// references of its own, on such that others put down, and on one that all clone from. The
/// shipped code runs; <see cref="Scheduled"/> interrupts it.
/// </summary>
internal sealed unsafe class VectorProgram(IoHeap heap, VectorLedger ledger, int seed)
{
    private const int OperationsMax = 6;
    private const int BlockLength = 4096;

    private readonly List<VectorHandle> _putDown = [];
    private readonly List<VectorHandle> _ended = [];
    private readonly List<VectorHandle>[] _held = [[], [], []];
    private VectorHandle _common;
    private int _busy;

    /// <summary>On the owner, before the threads start.</summary>
    public void Prepare()
    {
        _common = Allocate(IoVectorSharing.Shared);
        for (int index = 0; index < 4; index++)
            _putDown.Add(Allocate(IoVectorSharing.Shared));
    }

    public void Run(int thread)
    {
        var random = new Random(seed * 7 + thread);
        int count = random.Next(1, OperationsMax + 1);
        for (int operation = 0; operation < count; operation++)
        {
            if (thread == 0 && random.Next(3) == 0)
                OperateAsOwner(random);
            else
                Operate(random, _held[thread]);
        }
    }

    /// <summary>On the owner, after the threads: everything is released and came home.</summary>
    public void Finish()
    {
        ReleaseMany([.. _held.SelectMany(held => held), .. _putDown, _common]);
        heap.Collect();
        Assert.True(ledger.IsEmpty);
        Assert.Equal(0, heap.CountLive());

        // Each block is free exactly once.
        var all = new IoVector[16];
        for (int index = 0; index < all.Length; index++)
            Assert.True(heap.TryAllocate(BlockLength, out all[index]));
        Assert.False(heap.TryAllocate(BlockLength, out _));
        Assert.Equal(all.Length, all.Select(vector => vector.Address).Distinct().Count());
        IoVector.ReleaseAll(all);
        Assert.All(_ended.Distinct(), RefuseAll);
    }

    private void OperateAsOwner(Random random)
    {
        switch (random.Next(4))
        {
            case 0:
                _ = heap.Returns.Drain<Scheduled>(out Block* refused);
                Assert.True(refused == null);
                break;
            case 1:
                _putDown.Add(Allocate(IoVectorSharing.Shared));
                break;
            case 2:
                _held[0].Add(Allocate(IoVectorSharing.Shared));
                break;
            default:
                VectorHandle local = Allocate(IoVectorSharing.Local);
                Clone(local);
                Release(local);
                Release(local);
                break;
        }
    }

    private void Operate(Random random, List<VectorHandle> held)
    {
        if (held.Count == 0)
        {
            Take(random, held);
            return;
        }

        int index = random.Next(held.Count);
        VectorHandle handle = held[index];
        switch (random.Next(7))
        {
            case 0:
                Take(random, held);
                break;
            case 1:
                held.Add(handle);
                Clone(handle);
                break;
            case 2:
                held.RemoveAt(index);
                _putDown.Add(handle);
                break;
            case 3:
                held[index] = Move(handle);
                break;
            case 4:
                VectorHandle[] all = [.. held];
                held.Clear();
                ReleaseMany(all);
                break;
            default:
                held.RemoveAt(index);
                Release(handle);
                break;
        }

        RefuseOneThatEnded(random);
    }

    private void Take(Random random, List<VectorHandle> held)
    {
        if (_putDown.Count == 0 || random.Next(3) == 0)
        {
            Clone(_common);
            held.Add(_common);
            return;
        }

        int index = random.Next(_putDown.Count);
        held.Add(_putDown[index]);
        _putDown.RemoveAt(index);
    }

    private VectorHandle Allocate(IoVectorSharing sharing)
    {
        Assert.True(heap.TryAllocate(BlockLength, out IoVector vector, sharing));
        var handle = new VectorHandle((nint)vector.Block, vector.Generation);
        ledger.Allocated(handle);
        return handle;
    }

    private void Clone(VectorHandle handle)
    {
        _busy++;
        BlockCounts<Scheduled>.Clone((Block*)handle.Block, handle.Generation);
        ledger.Cloned(handle);
        _busy--;
    }

    private void Release(VectorHandle handle)
    {
        _busy++;
        ledger.Releasing(handle);
        BlockCounts<Scheduled>.Release((Block*)handle.Block, handle.Generation);
        _ended.Add(handle);
        _busy--;
    }

    private VectorHandle Move(VectorHandle handle)
    {
        // Not while others work on the block: only a sole reference changes its generation.
        _busy++;
        ulong generation = BlockCounts<Scheduled>.Move((Block*)handle.Block, handle.Generation);
        VectorHandle moved = handle with { Generation = generation };
        ledger.Moved(handle, moved);
        if (moved != handle)
            _ended.Add(handle);
        _busy--;
        return moved;
    }

    private void ReleaseMany(VectorHandle[] handles)
    {
        _busy++;
        var batch = default(ReturnBatch<Scheduled>);
        foreach (VectorHandle handle in handles)
        {
            ledger.Releasing(handle);
            var block = (Block*)handle.Block;
            if (!batch.TryAdd(block, handle.Generation))
                BlockCounts<Scheduled>.Release(block, handle.Generation);
        }

        batch.Flush();
        _ended.AddRange(handles);
        _busy--;
    }

    private void RefuseOneThatEnded(Random random)
    {
        if (_ended.Count > 0 && _busy == 0)
            RefuseAll(_ended[random.Next(_ended.Count)]);
    }

    // A generation without references must be refused at once, by whatever thread.
    private void RefuseAll(VectorHandle handle)
    {
        if (ledger.Count(handle) > 0)
            return;

        var block = (Block*)handle.Block;
        Assert.Throws<IoVectorException>(
            () => BlockCounts<NoInterleaving>.Release(block, handle.Generation));
        Assert.Throws<IoVectorException>(
            () => BlockCounts<NoInterleaving>.Clone(block, handle.Generation));
        Assert.Throws<IoVectorException>(
            () => BlockCounts<NoInterleaving>.Move(block, handle.Generation));
    }
}
