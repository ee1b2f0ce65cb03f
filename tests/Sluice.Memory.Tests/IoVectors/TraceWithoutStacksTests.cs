using static Sluice.Memory.Tests.IoVectors.IoVectorTests;

namespace Sluice.Memory.Tests.IoVectors;

/// <summary>Runs in the process of <see cref="TraceTests"/> that records no stacks.</summary>
public sealed class TraceWithoutStacksTests
{
    [Fact]
    public void Release_OfACopy_SaysThatNoStackIsRecorded()
    {
        Assert.SkipUnless(
            IoVectorTrace.IsEnabled && !IoVectorTrace.HasStack(0), "Runs in another process.");
        using var heap = new IoHeap();
        IoVector vector = heap.Allocate(10);
        IoVector clone = vector.Clone();
        IoVector copy = vector;
        vector.Release();
        string message = AssertMisuse(IoVectorMisuse.Stale, () => copy.Release()).Message;
        clone.Release();

        Assert.Matches(
            @"Allocated on thread \d+ \(no stack recorded\)\s+"
            + @"Released or moved \(no stack recorded\)$",
            message);
    }
}
