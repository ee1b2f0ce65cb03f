using System.Globalization;

namespace Sluice.Memory.Bench.IoVectors;

/// <summary>
/// The figures of I/O vectors beside those of the alternatives, all in one run: five rounds, one
/// after the other over everything, and the median of each.
/// </summary>
/// <remarks>
/// BenchmarkDotNet runs each in a process and a phase of its own; on a shared machine, figures of
/// one to three nanoseconds are comparable only if they take turns.
/// </remarks>
internal sealed class VectorFigures : IDisposable
{
    private const int Rounds = 5;
    private const int Times = 20_000_000;
    private const int SurgeBytes = 256 * 1024 * 1024;

    private readonly IoHeap _heap = new();
    private readonly List<(string Name, Func<int, double> Measure, List<double> Figures)>
        _rows = [];
    private readonly CTranscription? _c = CTranscription.Compile();

    public static int Run()
    {
        using var figures = new VectorFigures();
        figures.Add();
        figures.Measure();
        figures.Surge();
        Resident();
        return 0;
    }

    public void Dispose() => _heap.Dispose();

    private void Add()
    {
        foreach (int length in (int[])[4096, 65536])
        {
            string size = $"{length / 1024} KiB, 512 live";
            IoVector[] local = Fill(length, IoVectorSharing.Local);
            IoVector[] shared = Fill(length, IoVectorSharing.Shared);
            Add($"Local allocate+release, {size}",
                times => VectorLoops.Time(
                    times, n => VectorLoops.AllocateRelease(_heap, local, length, n)));
            Add($"Shared allocate+release, {size}",
                times => VectorLoops.Time(
                    times, n => VectorLoops.AllocateReleaseShared(_heap, shared, length, n)));
            Add($"Local, all 512 released, then allocated, {length / 1024} KiB",
                times => VectorLoops.Time(
                    times, n => VectorLoops.AllocateReleaseInTurns(_heap, local, length, n)));
            Add($"C, plain count per slab, {size}", times => C(times, length, isShared: false));
            Add($"C, atomic count per slab, {size}", times => C(times, length, isShared: true));
            Add($"NativeMemory, {size}", times => VectorLoops.Native(length, times / 10));
            Add($"ArrayPool.Shared, {size}", times => VectorLoops.Arrays(length, times / 10));
            Add($"MemoryPool.Shared, {size}", times => VectorLoops.Memories(length, times / 10));
        }

        IoVector[] held = Fill(4096, IoVectorSharing.Local);
        IoVector[] heldShared = Fill(4096, IoVectorSharing.Shared);
        Add("Local clone+release", times => VectorLoops.Time(
            times, n => VectorLoops.CloneRelease(ref held[0], n)));
        Add("C, plain count, clone+release", times => _c?.CloneRelease(times, false) ?? double.NaN);
        Add("Shared clone+release, held", times => VectorLoops.Time(
            times, n => VectorLoops.CloneReleaseShared(ref heldShared[0], n)));
        Add("C, atomic count, clone+release", times => _c?.CloneRelease(times, true) ?? double.NaN);
        Add("two uncontended atomics", times => VectorLoops.TwoAtomics(times));
        Add("hand-off to another thread, batches of 256, per vector",
            times => HandOff.Run(_heap, times / 4 / HandOff.BatchCount));
    }

    private double C(int times, int length, bool isShared) =>
        _c?.AllocateRelease(times, length, isShared) ?? double.NaN;

    private IoVector[] Fill(int length, IoVectorSharing sharing)
    {
        var live = new IoVector[VectorLoops.Live];
        foreach (ref IoVector vector in live.AsSpan())
            vector = _heap.Allocate(length, sharing);
        return live;
    }

    private void Add(string name, Func<int, double> measure) => _rows.Add((name, measure, []));

    private void Measure()
    {
        WarmUp();
        long before = GC.GetAllocatedBytesForCurrentThread();
        VectorLoops.AllocateRelease(_heap, Fill(4096, default), 4096, 1_000_000);
        long filled = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 0; round < Rounds; round++)
        {
            foreach ((_, Func<int, double> measure, List<double> figures) in _rows)
                figures.Add(measure(Times));
        }

        Print($"{"median of 5, ns",-62} {"median",8} {"least",8} {"most",8}");
        foreach ((string name, _, List<double> figures) in _rows)
            Print($"{name,-62} {Median(figures),8:F2} {figures.Min(),8:F2} {figures.Max(),8:F2}");
        Print($"managed bytes of 1,000,000 allocate+release and their array: {filled - before}");
    }

    // Calls count, not turns of a loop: code that was replaced inside its loop is slower for good.
    private void WarmUp()
    {
        for (int phase = 0; phase < 4; phase++)
        {
            for (int call = 0; call < 50; call++)
            {
                foreach ((_, Func<int, double> measure, _) in _rows)
                    measure(2048);
            }

            Thread.Sleep(200);
        }
    }

    private void Surge()
    {
        IoVector[] live = Fill(4096, IoVectorSharing.Local);
        List<double> before = [];
        List<double> after = [];
        for (int round = 0; round < Rounds; round++)
            before.Add(Steady(live));

        var surge = new IoVector[SurgeBytes / 4096];
        foreach (ref IoVector vector in surge.AsSpan())
        {
            vector = _heap.Allocate(4096);
            vector.Span[0] = 1;
        }

        // Released in an order that has nothing to do with that of the allocation.
        var random = new Random(1);
        random.Shuffle(surge);
        IoVector.ReleaseAll(surge);
        for (int round = 0; round < Rounds; round++)
            after.Add(Steady(live));

        double ratio = Median(after) / Median(before);
        Print($"surge of 256 MiB: {Median(before):F2} ns before, {Median(after):F2} after: "
            + $"{ratio:F2}");
        long mapped = _heap.MappedBytes;
        long given = _heap.Trim();
        Print($"trim: {given >> 20} of {mapped >> 20} MiB given back");
    }

    private double Steady(IoVector[] live) => VectorLoops.Time(
        Times, times => VectorLoops.AllocateRelease(_heap, live, 4096, times));

    private static void Resident()
    {
        using var heap = new IoHeap();
        var kept = new IoVector[256];
        long before = ResidentBytes();
        foreach (ref IoVector vector in kept.AsSpan())
        {
            vector = heap.Allocate(64);
            vector.Span.Fill(1);
        }

        long after = ResidentBytes();
        Print($"256 retained vectors of 64 bytes: {(after - before) / 1024} KiB resident, "
            + $"{heap.MappedBytes / 1024} KiB mapped");
        IoVector.ReleaseAll(kept);
    }

    private static long ResidentBytes()
    {
        string[] fields = File.ReadAllText("/proc/self/statm").Split(' ');
        return long.Parse(fields[1], CultureInfo.InvariantCulture) * Environment.SystemPageSize;
    }

    private static double Median(List<double> figures) =>
        figures.Order().ElementAt(figures.Count / 2);

    private static void Print(string line) => Console.WriteLine(line);
}
