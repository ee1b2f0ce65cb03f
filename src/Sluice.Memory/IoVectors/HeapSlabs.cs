using System.Globalization;
using System.Text;
using Sluice.Memory.Interop;
using static Sluice.Memory.BlockWord;

namespace Sluice.Memory;

/// <summary>
/// The slabs of a heap: maps them, cuts them into blocks, finds those that are wholly free, and
/// gives them back. Used by the owner's thread only, or under the heap's lock once there is none.
/// </summary>
internal sealed unsafe class HeapSlabs
{
    private const int FirstSizeMin = 64 * 1024;

    private readonly IoHeapOptions _options;
    private readonly BlockList* _lists;
    private readonly List<IoSlab> _slabs = [];
    private readonly int[] _countByClass = new int[SizeClasses.Count];
    private readonly int _node;
    private int _nextId;

    public HeapSlabs(IoHeapOptions options, BlockList* lists)
        : this(options, lists, OperatingSystem.IsLinux() && NumaNode.HasSeveral())
    {
    }

    internal HeapSlabs(IoHeapOptions options, BlockList* lists, bool hasNodes)
    {
        _options = options;
        _lists = lists;
        _node = hasNodes ? options.NumaNode ?? NumaNode.OfCurrentThread() : -1;
    }

    public IReadOnlyList<IoSlab> All => _slabs;

    public long MappedBytes { get; private set; }

    /// <summary>A block that was never used, from a new slab if need be; null at the limit.
    /// </summary>
    public Block* TakeUnused(BlockList* list)
    {
        if (list->Unused == list->UnusedEnd && !TryAdd(list))
            return null;

        return list->Unused++;
    }

    /// <summary>Makes the heap's blocks those of another thread, or of none.</summary>
    public void SetWindow(nuint window)
    {
        for (int index = 0; index < SizeClasses.Count; index++)
            _lists[index].Window = window;
        foreach (IoSlab slab in _slabs)
        {
            for (int index = 0; index < slab.BlockCount; index++)
                slab.Headers[index].Window = window;
        }
    }

    /// <summary>Counts the blocks that somebody has a reference to.</summary>
    public int CountLive()
    {
        int count = 0;
        foreach (IoSlab slab in _slabs)
        {
            for (int index = 0; index < slab.BlockCount; index++)
                count += IsLive(&slab.Headers[index]) ? 1 : 0;
        }

        return count;
    }

    /// <summary>
    /// Whether a block is not on a free list: held, or marked as returning by a thread that has
    /// yet to push it.
    /// </summary>
    public bool HasOutstanding()
    {
        foreach (IoSlab slab in _slabs)
        {
            for (int index = 0; index < slab.BlockCount; index++)
            {
                if ((Volatile.Read(ref slab.Headers[index].Word) & LowMask) != 0)
                    return true;
            }
        }

        return false;
    }

    /// <summary>A line for each block that somebody has a reference to.</summary>
    public string Report()
    {
        var text = new StringBuilder();
        foreach (IoSlab slab in _slabs)
        {
            for (int index = 0; index < slab.BlockCount; index++)
            {
                Block* block = &slab.Headers[index];
                if (IsLive(block))
                    AppendLive(text, slab, block);
            }
        }

        return text.ToString();
    }

    /// <summary>Unmaps slabs without a used block until no more than that is left.</summary>
    /// <returns>The bytes that were given back.</returns>
    public long Trim(long keepBytes)
    {
        CountFree();
        long before = MappedBytes;
        for (int at = _slabs.Count - 1; at >= 0 && MappedBytes > keepBytes; at--)
        {
            IoSlab slab = _slabs[at];
            if (slab.FreeCount == slab.BlockCount)
                _slabs.RemoveAt(at);
            else
                continue;

            Unlink(slab);
            _options.SlabRemoved?.Invoke(slab);
            Free(slab);
        }

        return before - MappedBytes;
    }

    /// <summary>Unmaps everything; no block may be in use.</summary>
    public void FreeAll()
    {
        foreach (IoSlab slab in _slabs)
        {
            _options.SlabRemoved?.Invoke(slab);
            Free(slab);
        }

        _slabs.Clear();
        for (int index = 0; index < SizeClasses.Count; index++)
        {
            BlockList* list = &_lists[index];
            list->Newest = list->Others = list->Unused = list->UnusedEnd = null;
        }
    }

    private static bool IsLive(Block* block)
    {
        ulong low = Volatile.Read(ref block->Word) & LowMask;
        return low is not (0 or Returning);
    }

    private static void AppendLive(StringBuilder text, IoSlab slab, Block* block)
    {
        ulong word = block->Word;
        string state = (word & Reserved) != 0
            ? "reserved"
            : string.Create(CultureInfo.InvariantCulture, $"{word & CountMask} reference(s)");
        text.Append(CultureInfo.InvariantCulture, $"block 0x{(nint)block:x}, slab {slab.Id}, ")
            .Append(CultureInfo.InvariantCulture, $"{slab.BlockSize} bytes, ")
            .Append(CultureInfo.InvariantCulture, $"generation {word >> GenerationShift}, {state}")
            .Append(IoVectorTrace.IsEnabled ? TraceRegistry.Describe(block, word) : "")
            .Append('\n');
    }

    private bool TryAdd(BlockList* list)
    {
        int blockSize = list->BlockSize;
        int stride = blockSize + IoVectorTrace.GuardSize(blockSize);
        int size = NextSize(list->ClassIndex, stride);
        if (size < stride)
            return false;

        IoSlab? slab = TryMap(size);
        if (slab is null)
            return false;

        int blockCount = size / stride;
        Block* headers = BlockHeaders.Rent(blockCount, out ulong generation);
        if (headers == null)
        {
            slab.Free();
            return false;
        }

        if (_node >= 0)
            _ = NumaNode.Prefer(slab.Address, (nuint)size, _node);
        slab.BlockSize = blockSize;
        slab.Stride = stride;
        slab.BlockCount = blockCount;
        slab.Headers = headers;
        slab.FirstGeneration = generation;
        Cut(slab, list);
        Add(slab);
        list->Unused = headers;
        list->UnusedEnd = headers + blockCount;
        return true;
    }

    private IoSlab? TryMap(int size)
    {
        if (_options.SharedMemory is not null)
        {
            SharedMemoryMap? map = SharedSlabs.TryMap(size, _options, out SharedMemory? memory);
            return map is null ? null : new IoSlab(memory!, map, _nextId++);
        }

        byte* address = SlabMemory.Allocate((nuint)size, _options.HugePages, out SlabPages pages);
        return address == null ? null : new IoSlab(address, size, pages, _nextId++);
    }

    private void Add(IoSlab slab)
    {
        _slabs.Add(slab);
        _countByClass[slab.Headers->Home->ClassIndex]++;
        MappedBytes += slab.Length;
        MemoryMetrics.OnMapped(slab.Length);
        try
        {
            _options.SlabAdded?.Invoke(slab);
        }
        catch
        {
            _slabs.Remove(slab);
            Free(slab);
            throw;
        }
    }

    // The first slab of a class has one block or 64 KiB, each later one twice as much, up to the
    // size that was asked for; less if the limit is near.
    private int NextSize(int classIndex, int stride)
    {
        int sizeMax = Math.Max(_options.SlabSize, stride);
        int doublings = Math.Min(_countByClass[classIndex], 14);
        long size = Math.Min((long)Math.Max(FirstSizeMin, stride) << doublings, sizeMax);
        if (_options.LimitBytes > 0)
            size = Math.Min(size, _options.LimitBytes - MappedBytes);

        int page = Environment.SystemPageSize;
        return (int)(size / page * page);
    }

    private static void Cut(IoSlab slab, BlockList* list)
    {
        for (int index = 0; index < slab.BlockCount; index++)
        {
            Block* block = &slab.Headers[index];
            block->Word = slab.FirstGeneration << GenerationShift;
            long end = (index + 1L) * slab.Stride;
            block->Data = (byte*)slab.Address + end - IoVectorTrace.GuardPage - slab.BlockSize;
            block->Home = list;
            block->Window = list->Window;
            block->Slab = slab.Handle;
            block->Index = index;
            IoVectorTrace.Guard(block->Data + slab.BlockSize);
        }
    }

    private void CountFree()
    {
        foreach (IoSlab slab in _slabs)
            slab.FreeCount = 0;
        for (int index = 0; index < SizeClasses.Count; index++)
        {
            BlockList* list = &_lists[index];
            if (list->Newest != null)
                IoSlab.Of(list->Newest).FreeCount++;
            for (Block* block = list->Others; block != null; block = block->Next)
                IoSlab.Of(block).FreeCount++;
            if (list->Unused != list->UnusedEnd)
                IoSlab.Of(list->Unused).FreeCount += (int)(list->UnusedEnd - list->Unused);
        }
    }

    // Takes the slab's blocks off the free list and leaves the order of the others.
    private static void Unlink(IoSlab slab)
    {
        BlockList* list = slab.Headers->Home;
        if (IsOf(slab, list->Newest))
            list->Newest = null;
        Block** link = &list->Others;
        while (*link != null)
        {
            if (IsOf(slab, *link))
                *link = (*link)->Next;
            else
                link = &(*link)->Next;
        }

        if (IsOf(slab, list->UnusedEnd - 1))
            list->Unused = list->UnusedEnd = null;
    }

    private static bool IsOf(IoSlab slab, Block* block) =>
        block >= slab.Headers && block < slab.Headers + slab.BlockCount;

    private void Free(IoSlab slab)
    {
        MappedBytes -= slab.Length;
        MemoryMetrics.OnUnmapped(slab.Length);
        _countByClass[slab.Headers->Home->ClassIndex]--;
        ulong last = slab.FirstGeneration;
        for (int index = 0; index < slab.BlockCount; index++)
        {
            last = Math.Max(last, slab.Headers[index].Word >> GenerationShift);
            if (IoVectorTrace.IsEnabled)
                TraceRegistry.ForgetPoison(&slab.Headers[index]);
        }

        BlockHeaders.Return(slab.Headers, slab.BlockCount, last + 1);
        slab.Free();
    }
}
