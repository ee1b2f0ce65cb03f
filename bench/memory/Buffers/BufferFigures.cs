using System.Runtime.CompilerServices;

namespace Sluice.Memory.Bench.Buffers;

/// <summary>
/// The figures of buffers beside those of the platform, all in one process: short rounds over
/// everything, one after the other, and the median of each.
/// </summary>
/// <remarks>
/// What one process measures differs from another by where memory lies and how the code was laid
/// out; here both sides of a comparison have the same addresses and the same disturbances. The
/// first of a group is what the others are compared with.
/// </remarks>
internal sealed class BufferFigures : IDisposable
{
    private const int Rounds = 301;
    private const int Pooled = 8192;

    // A bar on speed, as a bar on time.
    private const double ReaderBar = 1 / 0.9;
    private const double CursorBar = 1 / 0.5;
    private const double CopyBar = 1 / 0.95;
    private const double PoolBar = 1.2;
    private const double NativeBar = 1.3;

    private readonly List<(string Name, List<BufferFigure> Figures)> _groups = [];
    private readonly List<IDisposable> _disposables = [];

    public static int Run()
    {
        using var figures = new BufferFigures();
        figures.AddIntegers();
        figures.AddCopies(1024);
        figures.AddCopies(65536);
        figures.AddPools();
        foreach (int size in (int[])[256, 4096, 65536])
            figures.AddNative(size);
        figures.Measure();
        return figures.Print() ? 0 : 1;
    }

    public void Dispose() => _disposables.ForEach(static item => item.Dispose());

    private static void Require(
        bool condition, [CallerArgumentExpression(nameof(condition))] string text = "")
    {
        if (!condition)
            throw new InvalidOperationException($"The work is not equal: {text}");
    }

    private void Add(string group, params BufferFigure[] figures) =>
        _groups.Add((group, [.. figures]));

    private T Own<T>(T item)
        where T : IDisposable
    {
        _disposables.Add(item);
        return item;
    }

    private void AddIntegers()
    {
        // One piece of memory for all: the array of a heap buffer cannot be it.
        NativeBuffer native = Own(NativeBuffer.Allocate(BufferLoops.Integers * sizeof(int)));
        ByteArrayBuffer heap = Own(ByteArrayBuffer.Allocate(BufferLoops.Integers * sizeof(int)));
        Span<byte> span = native.AsSpan(0, native.Capacity);
        int sum = BufferLoops.IntegersByHand(span, 2);
        byte[] bytes = span.ToArray();
        span.Clear();
        Require(BufferLoops.IntegersByReader(span, 2) == sum);
        Require(span.SequenceEqual(bytes));
        span.Clear();
        Require(BufferLoops.IntegersByCursor(native, 2) == sum);
        Require(span.SequenceEqual(bytes));
        Require(BufferLoops.IntegersByHeapCursor(heap, 2) == sum);
        Require(heap.AsSpan(0, heap.Capacity).SequenceEqual(bytes));
        Add(
            "256 integers written and read",
            new("span + BinaryPrimitives",
                times => BufferLoops.IntegersByHand(native.AsSpan(0, bytes.Length), times)),
            new("BufferWriter + BufferReader",
                times => BufferLoops.IntegersByReader(native.AsSpan(0, bytes.Length), times),
                ReaderBar),
            new("NativeBuffer",
                times => BufferLoops.IntegersByCursor(native, times), CursorBar),
            new("ByteArrayBuffer",
                times => BufferLoops.IntegersByHeapCursor(heap, times), CursorBar));
    }

    private void AddCopies(int size)
    {
        NativeBuffer piece = Own(NativeBuffer.Allocate(size));
        NativeBuffer whole = Own(NativeBuffer.Allocate((long)size * BufferLoops.Pieces));
        int wholeSize = whole.Capacity;
        new Random(size).NextBytes(piece.AsSpan(0, size));
        BufferFigure[] writes =
        [
            new("Span.CopyTo", times => BufferLoops.CopyIn(
                piece.AsSpan(0, size), whole.AsSpan(0, wholeSize), times)),
            new("PlatformBuffer.WriteBytes", times => BufferLoops.WriteBytes(
                piece.AsSpan(0, size), whole, times), CopyBar),
            new("BufferWriter.WriteBytes", times => BufferLoops.WriterBytes(
                piece.AsSpan(0, size), whole.AsSpan(0, wholeSize), times), CopyBar),
        ];
        BufferFigure[] reads =
        [
            new("Span.CopyTo", times => BufferLoops.CopyOut(
                piece.AsSpan(0, size), whole.AsSpan(0, wholeSize), times)),
            new("PlatformBuffer.ReadBytes", times => BufferLoops.ReadBytes(
                piece.AsSpan(0, size), whole, times), CopyBar),
        ];
        foreach (BufferFigure write in writes)
        {
            whole.ResetForWrite();
            whole.AsSpan(0, wholeSize).Clear();
            write.WarmUp();
            whole.ResetForWrite();
            for (int i = 0; i < BufferLoops.Pieces; i++)
            {
                Require(whole.AsSpan(i * size, size).SequenceEqual(piece.AsSpan(0, size)));
            }
        }

        foreach (BufferFigure read in reads)
        {
            piece.AsSpan(0, size).Clear();
            read.WarmUp();
            whole.ResetForWrite();
            Require(piece.AsSpan(0, size).SequenceEqual(whole.AsSpan(wholeSize - size, size)));
        }

        Add($"copies in of {size} bytes", writes);
        Add($"copies out of {size} bytes", reads);
    }

    private void AddPools()
    {
        BufferPool pool = Own(new BufferPool());
        BufferPool heap = Own(new BufferPool(new() { Zone = AllocationZone.Heap }));
        BufferPool single = Own(new BufferPool(new() { SingleThreaded = true }));
        foreach (BufferPool each in (BufferPool[])[pool, heap, single])
        {
            using PooledBuffer rental = each.Rent(Pooled);
            rental.Buffer.AsSpan(0, Pooled).Fill(1);
            Require(rental.Buffer.Capacity == Pooled);
        }

        Add(
            "8 KiB rented and returned, in a loop",
            new("ArrayPool.Shared", times => BufferLoops.Arrays(Pooled, times)),
            new("MemoryPool.Shared", times => BufferLoops.Memories(Pooled, times)),
            new("BufferPool", times => BufferLoops.Rentals(pool, Pooled, times), PoolBar),
            new("BufferPool.Return",
                times => BufferLoops.CheckedRentals(pool, Pooled, times), PoolBar),
            new("BufferPool, heap",
                times => BufferLoops.Rentals(heap, Pooled, times), PoolBar),
            new("BufferPool, one thread",
                times => BufferLoops.Rentals(single, Pooled, times), PoolBar));
        Add(
            "8 KiB rented and returned, a call for each",
            new("ArrayPool.Shared", times => BufferLoops.ArrayCalls(Pooled, times)),
            new("BufferPool", times => BufferLoops.RentalCalls(pool, Pooled, times), PoolBar),
            new("BufferPool, one thread",
                times => BufferLoops.RentalCalls(single, Pooled, times), PoolBar));
    }

    private void AddNative(int size)
    {
        Add(
            $"{size} bytes of native memory, in a loop",
            new("NativeMemory.Alloc + Free", times => BufferLoops.Allocate(size, times)),
            new("NativeMemory.AlignedAlloc + Free",
                times => BufferLoops.AllocateAligned(size, times)),
            new("NativeBuffer", times => BufferLoops.AllocateBuffer(size, times), NativeBar));
        Add(
            $"{size} bytes of native memory, a call for each",
            new("NativeMemory.Alloc + Free", times => BufferLoops.AllocateCalls(size, times)),
            new("NativeBuffer",
                times => BufferLoops.AllocateBufferCalls(size, times), NativeBar));
    }

    private void Measure()
    {
        List<BufferFigure> all = [.. _groups.SelectMany(static group => group.Figures)];
        for (int phase = 0; phase < 8; phase++)
        {
            for (int call = 0; call < 200; call++)
                all.ForEach(static figure => figure.WarmUp());
            Thread.Sleep(150);
        }

        all.ForEach(static figure => figure.Calibrate());
        for (int round = 0; round < Rounds; round++)
            all.ForEach(static figure => figure.Measure());
    }

    private bool Print()
    {
        bool isMet = true;
        Write($"{$"medians of {Rounds} rounds",-48} {"ns",8} {"time",6} {"bar",6} {"B",5}");
        foreach ((string group, List<BufferFigure> figures) in _groups)
        {
            Write(group);
            foreach (BufferFigure figure in figures)
            {
                double ratio = figure.Over(figures[0]);
                bool isAbove = ratio > figure.Bar;
                isMet &= !isAbove;
                Write($"  {figure.Name,-46} {figure.Time,8:F2} {ratio,6:F2} "
                    + $"{figure.Bar,6:F2} {figure.Allocated,5:F1}{(isAbove ? "  above" : "")}");
            }
        }

        return isMet;
    }

    private static void Write(string line) => Console.WriteLine(line);
}
