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

        Assert.Contains(nameof(Release_OfACopyWhileACloneLives_NamesBothStacks), error.Message,
            StringComparison.Ordinal);
        Assert.Contains(nameof(ReleaseHere), error.Message, StringComparison.Ordinal);
        clone.Release();
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

    [Fact]
    public void Allocate_BlockWrittenAfterItsRelease_IsDetected()
    {
        RequireTracing();
        using var heap = new IoHeap(new IoHeapOptions { LimitBytes = 128 * 1024 });
        IoVector vector = heap.Allocate(64 * 1024);
        Span<byte> escaped = vector.Span;
        vector.Release();
        escaped[100] = 1;
        AssertMisuse(IoVectorMisuse.WrittenAfterRelease, () => heap.Allocate(64 * 1024));
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
        vector.Release();
    }

    [Theory]
    [InlineData(null, false, 1, false, 0, false)]
    [InlineData("0", false, 1, false, 0, false)]
    [InlineData("1", true, 1, false, 0, false)]
    [InlineData("stacks=100, poison", true, 100, true, 0, false)]
    [InlineData("quarantine=5,guard", true, 1, false, 5, true)]
    [InlineData("all", true, 1, true, 64, true)]
    [InlineData("stacks=0", true, 0, false, 0, false)]
    public void Parse_Setting_IsWhatItSays(
        string? text, bool isEnabled, int stacks, bool poison, int quarantine, bool guard) =>
        Assert.Equal(
            new TraceSettings(isEnabled, stacks, poison, quarantine, guard),
            TraceSettings.Parse(text));

    private static void ReleaseHere(ref IoVector vector) => vector.Release();

    private static void RequireTracing() =>
        Assert.SkipUnless(IoVectorTrace.IsEnabled, "Runs in a process that traces.");
}
