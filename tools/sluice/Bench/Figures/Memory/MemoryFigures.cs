using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Sluice.Memory;

namespace Sluice.Tool.Bench.Figures.Memory;

/// <summary>
/// The contenders of the memory rows. Before anything is timed, each is seen to do what the others
/// do: memory of the size, that can be written, and the same numbers in the same bytes.
/// </summary>
internal sealed unsafe class MemoryFigures : IDisposable
{
    private const int Block = 4096;
    private const int Rental = 8192;
    private const int Integers = 256;

    private readonly List<IDisposable> _disposables = [];
    private nint[] _native = [];

    /// <summary>Whether the row is one of these.</summary>
    public static bool Has(string row) => row.StartsWith("memory-", StringComparison.Ordinal);

    /// <summary>What is compared in a row.</summary>
    public FigureLoop[] Create(string row) => row switch
    {
        "memory-pool" => Pools(),
        "memory-native" => Native(),
        "memory-blocks" => Blocks(),
        "memory-integers" => Numbers(),
        _ => throw new UserErrorException($"There is no load \"{row}\"."),
    };

    public void Dispose()
    {
        _disposables.ForEach(static item => item.Dispose());
        foreach (nint memory in _native)
            NativeMemory.Free((void*)memory);
        _native = [];
    }

    private static void Require(
        bool condition, [CallerArgumentExpression(nameof(condition))] string text = "")
    {
        if (!condition)
            throw new UserErrorException($"The work is not equal: {text}.");
    }

    private FigureLoop[] Pools()
    {
        BufferPool pool = Own(new BufferPool());
        using (PooledBuffer rental = pool.Rent(Rental))
        {
            Require(rental.Buffer.Capacity >= Rental);
            rental.Buffer.AsSpan(0, Rental).Fill(1);
        }

        byte[] array = ArrayPool<byte>.Shared.Rent(Rental);
        Require(array.Length >= Rental);
        ArrayPool<byte>.Shared.Return(array);
        return
        [
            new("buffer-pool", times => MemoryLoops.RentBuffers(pool, Rental, times)),
            new("array-pool", static times => MemoryLoops.RentArrays(Rental, times)),
        ];
    }

    private static FigureLoop[] Native()
    {
        using (NativeBuffer buffer = NativeBuffer.Allocate(Block))
        {
            Require(buffer.Capacity == Block);
            buffer.AsSpan(0, Block).Fill(1);
        }

        return
        [
            new("native-buffer", static times => MemoryLoops.AllocateBuffers(Block, times)),
            new("native-memory", static times => MemoryLoops.AllocateNative(Block, times)),
        ];
    }

    private FigureLoop[] Blocks()
    {
        IoHeap local = Own(new IoHeap());
        IoHeap shared = Own(new IoHeap());
        IoVector[] locals = new IoVector[MemoryLoops.Live];
        IoVector[] shareds = new IoVector[MemoryLoops.Live];
        byte[][] arrays = new byte[MemoryLoops.Live][];
        _native = new nint[MemoryLoops.Live];
        for (int i = 0; i < MemoryLoops.Live; i++)
        {
            locals[i] = local.Allocate(Block);
            shareds[i] = shared.Allocate(Block, IoVectorSharing.Shared);
            arrays[i] = ArrayPool<byte>.Shared.Rent(Block);
            _native[i] = (nint)NativeMemory.Alloc(Block);
            locals[i].Span.Fill(1);
            shareds[i].Span.Fill(1);
            arrays[i].AsSpan().Fill(1);
            new Span<byte>((void*)_native[i], Block).Fill(1);
            Require(locals[i].Length == Block && shareds[i].Length == Block);
            Require(arrays[i].Length >= Block);
        }

        Own(new Vectors(locals));
        Own(new Vectors(shareds));
        return
        [
            new("io-vector", times => MemoryLoops.ReplaceVectors(local, locals, Block, times)),
            new("io-vector-shared",
                times => MemoryLoops.ReplaceSharedVectors(shared, shareds, Block, times)),
            new("native-memory", times => MemoryLoops.ReplaceNative(_native, Block, times)),
            new("array-pool", times => MemoryLoops.ReplaceArrays(arrays, Block, times)),
        ];
    }

    private FigureLoop[] Numbers()
    {
        // One piece of memory for all of them.
        NativeBuffer buffer = Own(NativeBuffer.Allocate(Integers * sizeof(int)));
        int length = buffer.Capacity;
        int sum = MemoryLoops.IntegersByHand(buffer.AsSpan(0, length), 1);
        byte[] bytes = buffer.AsSpan(0, length).ToArray();
        buffer.AsSpan(0, length).Clear();
        Require(MemoryLoops.IntegersByReader(buffer.AsSpan(0, length), 1) == sum);
        Require(buffer.AsSpan(0, length).SequenceEqual(bytes));
        buffer.AsSpan(0, length).Clear();
        Require(MemoryLoops.IntegersByBuffer(buffer, 1) == sum);
        Require(buffer.AsSpan(0, length).SequenceEqual(bytes));
        return
        [
            new("native-buffer", times => MemoryLoops.IntegersByBuffer(buffer, times)),
            new("buffer-reader",
                times => MemoryLoops.IntegersByReader(buffer.AsSpan(0, length), times)),
            new("span", times => MemoryLoops.IntegersByHand(buffer.AsSpan(0, length), times)),
        ];
    }

    private T Own<T>(T item)
        where T : IDisposable
    {
        _disposables.Insert(0, item);
        return item;
    }

    private sealed class Vectors(IoVector[] vectors) : IDisposable
    {
        public void Dispose()
        {
            for (int i = 0; i < vectors.Length; i++)
                vectors[i].Release();
        }
    }
}
