using System.Buffers.Binary;
using BenchmarkDotNet.Attributes;

namespace Sluice.Memory.Bench.Buffers;

/// <summary>256 integers written and read again, big-endian.</summary>
public class IntegersBenchmark
{
    private const int Count = 256;
    private readonly byte[] _array = new byte[Count * sizeof(int)];
    private PlatformBuffer _heap = null!;
    private PlatformBuffer _native = null!;

    [GlobalSetup]
    public void Allocate()
    {
        _heap = PlatformBuffer.Allocate(Count * sizeof(int), AllocationZone.Heap);
        _native = PlatformBuffer.Allocate(Count * sizeof(int));
    }

    [GlobalCleanup]
    public void Free()
    {
        _heap.Dispose();
        _native.Dispose();
    }

    [Benchmark(Baseline = true, Description = "byte[] + BinaryPrimitives")]
    public int Span()
    {
        Span<byte> span = _array;
        for (int i = 0; i < Count; i++)
            BinaryPrimitives.WriteInt32BigEndian(span[(i * sizeof(int))..], i);

        int sum = 0;
        for (int i = 0; i < Count; i++)
            sum += BinaryPrimitives.ReadInt32BigEndian(span[(i * sizeof(int))..]);
        return sum;
    }

    [Benchmark(Description = "BufferWriter + BufferReader")]
    public int ReaderWriter()
    {
        _native.ResetForWrite();
        var writer = new BufferWriter(_native.RemainingSpan);
        for (int i = 0; i < Count; i++)
            writer.WriteInt32(i);

        var reader = new BufferReader(_native.RemainingSpan);
        int sum = 0;
        for (int i = 0; i < Count; i++)
            sum += reader.ReadInt32();
        return sum;
    }

    [Benchmark(Description = "ByteArrayBuffer")]
    public int Heap() => Cursor(_heap);

    [Benchmark(Description = "NativeBuffer")]
    public int Native() => Cursor(_native);

    private static int Cursor(PlatformBuffer buffer)
    {
        buffer.ResetForWrite();
        for (int i = 0; i < Count; i++)
            buffer.WriteInt32(i);

        buffer.ResetForRead();
        int sum = 0;
        for (int i = 0; i < Count; i++)
            sum += buffer.ReadInt32();
        return sum;
    }
}
