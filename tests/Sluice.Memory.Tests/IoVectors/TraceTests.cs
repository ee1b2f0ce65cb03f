using System.Runtime.CompilerServices;
using static Sluice.Memory.Tests.IoVectors.IoVectorTests;

namespace Sluice.Memory.Tests.IoVectors;

/// <summary>
/// Tracing is switched on before a process starts. So these tests are skipped here, and
/// run in another process that has it on.
/// </summary>
public sealed class TraceTests
{
    [Fact]
    public async Task TraceTests_InAProcessWithEverythingOn_Pass()
    {
        Assert.SkipWhen(IoVectorTrace.IsEnabled, "This is the other process.");
        await RunTestsAsync("all", typeof(TraceTests));
    }

    /// <summary>The same contract with tracing: those that count memory or time are left out.
    /// </summary>
    [Fact]
    public async Task VectorTests_InAProcessThatTraces_Pass()
    {
        Assert.SkipWhen(IoVectorTrace.IsEnabled, "This is the other process.");
        await RunTestsAsync(
            "stacks=10",
            typeof(IoVectorTests),
            typeof(ReservationTests),
            typeof(IoVectorListTests),
            typeof(IoVectorWriterTests),
            typeof(IoMemoryPoolTests));
    }

    [Fact]
    public async Task TraceWithoutStacksTests_InAProcessWithoutStacks_Pass()
    {
        Assert.SkipWhen(IoVectorTrace.IsEnabled, "This is the other process.");
        await RunTestsAsync("stacks=0", typeof(TraceWithoutStacksTests));
    }

    private static async Task RunTestsAsync(string setting, params Type[] classes)
    {
        string assembly = typeof(TraceTests).Assembly.Location;
        string host = Environment.ProcessPath!;
        bool isShared = Path.GetFileNameWithoutExtension(host) == "dotnet";
        string program = isShared ? host : Path.ChangeExtension(assembly, null);
        List<string> arguments = isShared ? [assembly] : [];
        foreach (Type type in classes)
            arguments.AddRange(["-class", type.FullName!]);
        await ChildProcess.RunAsync(program, arguments, setting);
    }

    [Fact]
    [Trait("pitfall", "33")]
    public void Release_OfACopyWhileACloneLives_NamesBothStacks()
    {
        RequireTracing();
        using var heap = new IoHeap();
        IoVector vector = heap.Allocate(10);
        IoVector clone = vector.Clone();
        IoVector copy = vector;
        ReleaseHere(ref vector);
        IoVectorException error = AssertMisuse(IoVectorMisuse.Stale, () => copy.Release());

        string[] stacks = error.Message.Split("Released or moved");
        Assert.Contains(nameof(Release_OfACopyWhileACloneLives_NamesBothStacks), stacks[0],
            StringComparison.Ordinal);
        Assert.Contains(nameof(ReleaseHere), stacks[1], StringComparison.Ordinal);
        Assert.All(stacks, static stack => Assert.Contains("TraceTests.cs:", stack));
        clone.Release();
    }

    [Fact]
    [Trait("pitfall", "33")]
    public void Release_OfAReleasedVariable_NamesWhereTheLastReferenceEnded()
    {
        RequireTracing();
        using var heap = new IoHeap();
        IoVector vector = heap.Allocate(10);
        IoVector clone = vector.Clone();
        ReleaseThere(ref clone);
        string before = AssertMisuse(IoVectorMisuse.Stale, () => clone.Release()).Message;
        ReleaseHere(ref vector);
        string after = AssertMisuse(IoVectorMisuse.Stale, () => vector.Release()).Message;

        Assert.DoesNotContain("Released or moved", before, StringComparison.Ordinal);
        Assert.Contains(nameof(ReleaseHere), after, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("pitfall", "33")]
    public void Release_OfACopy_NamesTheEndOfItsOwnReference()
    {
        RequireTracing();
        using var heap = new IoHeap();
        IoVector vector = heap.Allocate(10);
        IoVector clone = vector.Clone();
        IoVector copy = vector;
        ReleaseHere(ref vector);
        ReleaseThere(ref clone);
        string message = AssertMisuse(IoVectorMisuse.Stale, () => copy.Release()).Message;

        Assert.Contains(nameof(ReleaseHere), message, StringComparison.Ordinal);
        Assert.DoesNotContain(nameof(ReleaseThere), message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("pitfall", "33")]
    public void Span_OfACopyWhileACloneLives_IsDetected()
    {
        RequireTracing();
        using var heap = new IoHeap();
        IoVector vector = heap.Allocate(10);
        IoVector clone = vector.Clone();
        IoVector copy = vector;
        vector.Release();
        AssertMisuse(IoVectorMisuse.Stale, () => _ = copy.Span.Length);
        clone.Release();
    }

    [Fact]
    public void Release_OfAnOldCopy_HasTheRecordsOfEightAllocations()
    {
        const int Kept = 8;
        RequireTracing();
        using var heap = new IoHeap(new IoHeapOptions { LimitBytes = 128 * 1024 });
        IoVector first = heap.Allocate(64 * 1024);
        nint address = first.Address;
        IoVector copy = first;
        first.Release();
        for (int i = 1; i <= Kept; i++)
        {
            string message = AssertMisuse(IoVectorMisuse.Stale, () => copy.Release()).Message;
            Assert.Contains("Allocated on thread", message, StringComparison.Ordinal);
            IoVector next = heap.Allocate(64 * 1024);
            Assert.Equal(address, next.Address);
            next.Release();
        }

        string last = AssertMisuse(IoVectorMisuse.Stale, () => copy.Release()).Message;
        Assert.DoesNotContain("Allocated on thread", last, StringComparison.Ordinal);
    }

    [Fact]
    public void Move_OfAClonedVector_MakesItsCopiesStale()
    {
        RequireTracing();
        using var heap = new IoHeap();
        IoVector vector = heap.Allocate(10);
        IoVector clone = vector.Clone();
        IoVector copy = vector;
        IoVector moved = vector.Move();
        AssertMisuse(IoVectorMisuse.Stale, () => copy.Release());
        IoVector.ReleaseAll([clone, moved]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(64 * 1024 - 1)]
    public void Allocate_BlockWrittenAfterItsRelease_IsDetected(int at)
    {
        RequireTracing();
        using var heap = new IoHeap(new IoHeapOptions { LimitBytes = 128 * 1024 });
        IoVector vector = heap.Allocate(64 * 1024);
        Span<byte> escaped = vector.Span;
        vector.Release();
        escaped[at] = 1;
        string message = AssertMisuse(
            IoVectorMisuse.WrittenAfterRelease, () => heap.Allocate(64 * 1024)).Message;

        Assert.Contains($"byte {at} ", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Release_WithQuarantine_DoesNotHandTheBlockOutNext()
    {
        RequireTracing();
        using var heap = new IoHeap();
        IoVector vector = heap.Allocate(4096);
        nint address = vector.Address;
        vector.Release();
        IoVector next = heap.Allocate(4096);
        Assert.NotEqual(address, next.Address);
        next.Release();
    }

    [Fact]
    public unsafe void Dispose_BlocksInQuarantine_AreForgotten()
    {
        RequireTracing();
        var heap = new IoHeap();
        IoVector vector = heap.Allocate(4096);
        BlockList* list = vector.Block->Home;
        vector.Release();
        heap.Dispose();

        Assert.True(TraceRegistry.TakeQuarantined(list) == null);
    }

    [Fact]
    public void ReportLive_AbandonedReservation_IsNotInIt()
    {
        RequireTracing();
        using var heap = new IoHeap();
        var vectors = new IoVector[1];
        heap.Reserve(4096, 0, vectors);
        string name = nameof(ReportLive_AbandonedReservation_IsNotInIt);
        Assert.Contains(name, IoVectorTrace.ReportLive(), StringComparison.Ordinal);
        heap.Abandon(vectors);
        Assert.DoesNotContain(name, IoVectorTrace.ReportLive(), StringComparison.Ordinal);
    }

    [Fact]
    public void ReportLive_HeldVector_NamesItsAllocation()
    {
        RequireTracing();
        using var heap = new IoHeap();
        IoVector vector = heap.Allocate(4096);
        string name = nameof(ReportLive_HeldVector_NamesItsAllocation);
        Assert.Contains(name, heap.ReportLive(), StringComparison.Ordinal);
        Assert.Contains(name, IoVectorTrace.ReportLive(), StringComparison.Ordinal);
        Assert.Contains(name, IoVectorTrace.ReportSites(), StringComparison.Ordinal);
        vector.Release();
        Assert.DoesNotContain(name, IoVectorTrace.ReportLive(), StringComparison.Ordinal);
    }

    [Fact]
    public void Allocate_WithGuardPages_EndsAtTheGuard()
    {
        RequireTracing();
        using var heap = new IoHeap();
        IoVector vector = heap.Allocate(104);
        Assert.Equal(0, (vector.Address + 104) % Environment.SystemPageSize);
        if (OperatingSystem.IsLinux())
            Assert.Equal("---p", MemoryMaps.AccessOf(vector.Address + 104));
        vector.Release();
    }

    [Theory]
    [InlineData(null, false, 1, false, 0, false)]
    [InlineData("0", false, 1, false, 0, false)]
    [InlineData("1", true, 1, false, 0, false)]
    [InlineData("stacks=100, poison", true, 100, true, 0, false)]
    [InlineData("quarantine=5,guard", true, 1, false, 5, true)]
    [InlineData("quarantine", true, 1, false, 64, false)]
    [InlineData("all", true, 1, true, 64, true)]
    [InlineData("stacks=0", true, 0, false, 0, false)]
    public void Parse_Setting_IsWhatItSays(
        string? text, bool isEnabled, int stacks, bool poison, int quarantine, bool guard) =>
        Assert.Equal(
            new TraceSettings(isEnabled, stacks, poison, quarantine, guard),
            TraceSettings.Parse(text));

    [Theory]
    [InlineData(0, "")]
    [InlineData(1, "0,1,2,3,4,5,6")]
    [InlineData(3, "0,3,6")]
    public void HasStack_Interval_IsTheFirstOfSoMany(int interval, string allocations)
    {
        TraceSettings settings = TraceSettings.Parse($"stacks={interval}");

        Assert.Equal(
            allocations, string.Join(',', Enumerable.Range(0, 7).Where(i => settings.HasStack(i))));
    }

    [Fact]
    public void GuardSize_OfABlock_IsThePageBehindItsPages()
    {
        int page = Environment.SystemPageSize;
        TraceSettings settings = TraceSettings.Parse("guard");

        Assert.Equal(page, settings.GuardPage);
        Assert.Equal(page, settings.GuardSize(page));
        Assert.Equal(page + 1, settings.GuardSize(page - 1));
        Assert.Equal(2 * page - 1, settings.GuardSize(page + 1));
        Assert.Equal(page, settings.GuardSize(4 * page));
    }

    [Theory]
    [InlineData(256, 0, 0)]
    [InlineData(250, 0, 0)]
    [InlineData(249, 0, 0)]
    [InlineData(248, 0, 8)]
    [InlineData(100, 64, 128)]
    public void GuardShift_OfALength_EndsNearTheGuard(int length, int alignment, int shift)
    {
        TraceSettings settings = TraceSettings.Parse("guard");

        Assert.Equal(shift, settings.GuardShift(256, length, alignment));
    }

    [Fact]
    public void Guard_NotAskedFor_TakesNothing()
    {
        TraceSettings settings = TraceSettings.Parse("1");

        Assert.Equal(0, settings.GuardPage);
        Assert.Equal(0, settings.GuardSize(100));
        Assert.Equal(0, settings.GuardShift(256, 100, 8));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ReleaseHere(ref IoVector vector) => vector.Release();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ReleaseThere(ref IoVector vector) => vector.Release();

    private static void RequireTracing() =>
        Assert.SkipUnless(IoVectorTrace.IsEnabled, "Runs in a process that traces.");
}
