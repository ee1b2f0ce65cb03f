using System.Collections.Concurrent;
using System.Diagnostics;

namespace Sluice.Memory.Stress.IoVectors;

/// <summary>
/// Threads with a heap each allocate, fill, clone, slice, move and release vectors and hand them
/// to each other. Each block carries a mark that every holder checks.
/// </summary>
internal sealed class VectorStress(int seed, CancellationToken end)
{
    private const int ThreadCount = 4;
    private const int HandedOverMax = 2000;
    private readonly ConcurrentQueue<(IoVector Vector, byte Mark)> _handedOver = new();
    private readonly ConcurrentQueue<Exception> _failures = new();
    private long _operations;
    private int _slabs;

    public static int Run(TimeSpan time, int seed)
    {
        using var end = new CancellationTokenSource(time);
        var stress = new VectorStress(seed, end.Token);
        var started = Stopwatch.StartNew();
        Thread[] threads = new Thread[ThreadCount];
        for (int index = 0; index < ThreadCount; index++)
        {
            int thread = index;
            threads[index] = new Thread(() => stress.Work(thread));
            threads[index].Start();
        }

        foreach (Thread thread in threads)
            thread.Join();
        while (stress._handedOver.TryDequeue(out (IoVector Vector, byte Mark) left))
            left.Vector.Release();

        foreach (Exception failure in stress._failures)
            Console.Error.WriteLine(failure);
        string tracing = IoVectorTrace.IsEnabled ? "on" : "off";
        Console.WriteLine($"vectors: seed {seed}, tracing {tracing}, {stress._operations} "
            + $"operations in {started.Elapsed.TotalSeconds:F1} s, "
            + $"{stress._failures.Count} failures, {stress._slabs} slabs left");
        return stress._failures.IsEmpty && stress._slabs == 0 ? 0 : 1;
    }

    private void Work(int thread)
    {
        try
        {
            var random = new Random(seed + thread);
            var heap = new IoHeap(new IoHeapOptions
            {
                LimitBytes = 64 << 20,
                SlabAdded = _ => Interlocked.Increment(ref _slabs),
                SlabRemoved = _ => Interlocked.Decrement(ref _slabs),
            });
            List<(IoVector Vector, byte Mark)> held = [];
            long operations = 0;
            while (!end.IsCancellationRequested && _failures.IsEmpty)
            {
                Operate(heap, random, held);
                operations++;
            }

            foreach ((IoVector vector, byte mark) in held)
                Check(vector, mark);
            IoVector.ReleaseAll([.. held.Select(entry => entry.Vector)]);
            Interlocked.Add(ref _operations, operations);

            // Others still hold vectors of this heap: it goes with the last of them.
            heap.Dispose();
        }
#pragma warning disable CA1031 // Whatever it is, it is reported and ends the run.
        catch (Exception error)
        {
            _failures.Enqueue(error);
        }
#pragma warning restore CA1031
    }

    private void Operate(
        IoHeap heap, Random random, List<(IoVector Vector, byte Mark)> held)
    {
        switch (random.Next(8))
        {
            case 0 or 1 when held.Count < 500:
                Allocate(heap, random, held);
                break;
            case 2 when held.Count > 0:
                Clone(random, held);
                break;
            case 3 when held.Count > 0 && _handedOver.Count < HandedOverMax:
                HandOver(random, held);
                break;
            case 4 when _handedOver.TryDequeue(out (IoVector Vector, byte Mark) taken):
                Check(taken.Vector, taken.Mark);
                held.Add(taken);
                break;
            case 5 when held.Count > 50:
                ReleaseMany(random, held);
                break;
            case 6 when random.Next(1000) == 0:
                heap.Trim(random.Next(4) << 20);
                break;
            default:
                if (held.Count > 0)
                    ReleaseOne(random, held);
                break;
        }
    }

    private static void Allocate(
        IoHeap heap, Random random, List<(IoVector Vector, byte Mark)> held)
    {
        int length = random.Next(1, 1 << random.Next(1, 17));
        byte mark = (byte)random.Next(1, 200);
        var sharing = (IoVectorSharing)random.Next(2);
        if (random.Next(4) == 0)
        {
            var vectors = new IoVector[1];
            if (heap.Reserve(length, 0, vectors, IoVectorSharing.Shared) == 0)
                return;
            vectors[0].Span.Fill(mark);
            vectors[0].SetLength(length / 2);
            if (heap.Commit(vectors) == 1)
                held.Add((vectors[0], mark));
            return;
        }

        if (!heap.TryAllocate(length, out IoVector vector, sharing))
            return;
        vector.Span.Fill(mark);
        if (sharing == IoVectorSharing.Shared)
        {
            held.Add((vector, mark));
            return;
        }

        IoVector copy = vector;
        IoVector clone = vector.Clone();
        vector.Release();
        clone.Release();
        Refuse(copy);
    }

    private static void Clone(Random random, List<(IoVector Vector, byte Mark)> held)
    {
        (IoVector vector, byte mark) = held[random.Next(held.Count)];
        int offset = random.Next(vector.Length + 1);
        IoVector clone = random.Next(2) == 0
            ? vector.Clone()
            : vector.CloneSegment(offset, vector.Length - offset);
        held.Add((clone, mark));
    }

    private void HandOver(Random random, List<(IoVector Vector, byte Mark)> held)
    {
        int index = random.Next(held.Count);
        (IoVector vector, byte mark) = held[index];
        held.RemoveAt(index);
        _handedOver.Enqueue((vector.Move(), mark));
    }

    private static void ReleaseOne(Random random, List<(IoVector Vector, byte Mark)> held)
    {
        int index = random.Next(held.Count);
        (IoVector vector, byte mark) = held[index];
        held.RemoveAt(index);
        Check(vector, mark);
        vector.Release();
    }

    private static void ReleaseMany(Random random, List<(IoVector Vector, byte Mark)> held)
    {
        int count = random.Next(1, 50);
        IoVector[] vectors = new IoVector[count];
        for (int index = 0; index < count; index++)
        {
            Check(held[^1].Vector, held[^1].Mark);
            vectors[index] = held[^1].Vector;
            held.RemoveAt(held.Count - 1);
        }

        IoVector.ReleaseAll(vectors);
    }

    private static void Check(IoVector vector, byte mark)
    {
        int at = vector.Span.IndexOfAnyExcept(mark);
        if (at >= 0)
            throw new InvalidOperationException($"Byte {at} of {vector} is not {mark}.");
    }

    private static void Refuse(IoVector copy)
    {
        try
        {
            copy.Release();
        }
        catch (IoVectorException)
        {
            return;
        }

        throw new InvalidOperationException($"A second release of {copy} was not refused.");
    }
}
