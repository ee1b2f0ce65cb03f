using static Sluice.Memory.BlockWord;
using static Sluice.Memory.Tests.IoVectors.IoVectorTests;

namespace Sluice.Memory.Tests.IoVectors;

/// <summary>What an exception says: the block, the generation, and what was wrong.</summary>
public sealed unsafe class IoVectorMisuseTests
{
    [Fact]
    public void Stale_Copy_NamesBothGenerations()
    {
        using var heap = new IoHeap();
        IoVector vector = heap.Allocate(10);
        IoVector copy = vector;
        vector.Release();

        AssertSays(
            AssertMisuse(IoVectorMisuse.Stale, () => _ = copy.Address),
            copy,
            "is stale: its last reference was released, and the block is at generation "
                + $"{Generation(copy) + 1} now");
    }

    [Fact]
    public void Stale_ReleasedVariable_NamesTheBlock()
    {
        using var heap = new IoHeap();
        IoVector vector = heap.Allocate(10);
        long next = Generation(vector) + 1;
        vector.Release();

        AssertSays(
            AssertMisuse(IoVectorMisuse.Stale, () => vector.Release()),
            vector,
            $"was released or moved, and the block is at generation {next} now");
    }

    [Fact]
    public void Stale_UnsetVector_NamesNothing()
    {
        IoVector vector = default;

        IoVectorException error = AssertMisuse(IoVectorMisuse.Stale, () => vector.Clone());

        Assert.Equal("This I/O vector was never allocated.", error.Message);
        Assert.Equal((0, 0L), (error.Block, error.Generation));
    }

    [Fact]
    public void WrongThread_LocalVector_NamesTheThread()
    {
        using var heap = new IoHeap();
        IoVector vector = heap.Allocate(10);
        OnAnotherThread(() => AssertSays(
            AssertMisuse(IoVectorMisuse.WrongThread, () => vector.Clone()),
            vector,
            $"is Local, and thread {Environment.CurrentManagedThreadId} does not own its heap"));
        vector.Release();
    }

    [Fact]
    public void WrongThread_Heap_NamesTheThread()
    {
        using var heap = new IoHeap();
        OnAnotherThread(() =>
        {
            IoVectorException error =
                AssertMisuse(IoVectorMisuse.WrongThread, () => heap.Collect());
            Assert.StartsWith(
                $"Thread {Environment.CurrentManagedThreadId} does not own this heap.",
                error.Message,
                StringComparison.Ordinal);
            Assert.Equal((0, 0L), (error.Block, error.Generation));
        });
    }

    [Fact]
    public void ForeignHeap_AndNotReserved_NameTheVector()
    {
        using var heap = new IoHeap();
        using var other = new IoHeap();
        IoVector[] foreign = [other.Allocate(10)];
        IoVector[] own = [heap.Allocate(10)];

        AssertSays(
            AssertMisuse(IoVectorMisuse.ForeignHeap, () => heap.Commit(foreign)),
            foreign[0],
            "belongs to another heap");
        AssertSays(
            AssertMisuse(IoVectorMisuse.NotReserved, () => heap.Commit(own)),
            own[0],
            "is not reserved (any more)");
        IoVector.ReleaseAll(foreign);
        IoVector.ReleaseAll(own);
    }

    [Theory]
    [InlineData(IoVectorSharing.Local)]
    [InlineData(IoVectorSharing.Shared)]
    public void ReservedOrTooMany_Clone_NamesTheVector(IoVectorSharing sharing)
    {
        using var heap = new IoHeap();
        var vectors = new IoVector[1];
        heap.Reserve(10, 0, vectors, sharing);
        AssertSays(
            AssertMisuse(IoVectorMisuse.Reserved, () => vectors[0].Clone()),
            vectors[0],
            "is reserved: commit or abandon it");
        heap.Commit(vectors);
        SlowPath.SetReferences(vectors[0], (int)CountLimit);

        AssertSays(
            AssertMisuse(IoVectorMisuse.TooManyReferences, () => vectors[0].Clone()),
            vectors[0],
            "has as many references as can be");
        SlowPath.SetReferences(vectors[0], 1);
        vectors[0].Release();
    }

    private static long Generation(in IoVector vector) =>
        (long)(vector.Generation / GenerationStep);

    private static void AssertSays(IoVectorException error, in IoVector vector, string what)
    {
        long generation = Generation(vector);
        string name = vector.HasReference ? $", generation {generation}," : "";
        Assert.Equal(
            $"The I/O vector of block 0x{(nint)vector.Block:x}{name} {what}.", error.Message);
        Assert.Equal(((nint)vector.Block, generation), (error.Block, error.Generation));
    }
}
