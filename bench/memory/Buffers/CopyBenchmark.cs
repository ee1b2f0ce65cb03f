using BenchmarkDotNet.Attributes;

namespace Sluice.Memory.Bench.Buffers;

/// <summary>
/// Bytes copied piece by piece into memory that has room for sixteen pieces. Both sides begin at a
/// cache line, and are the same for all benchmarks: where they lie changes a copy of 1 KiB by a
/// factor of three.
/// </summary>
public class CopyBenchmark
{
    private const int Pieces = 16;
    private static readonly Dictionary<int, (NativeBuffer, NativeBuffer)> s_memory = [];
    private NativeBuffer _source = null!;
    private NativeBuffer _target = null!;

    [Params(1024, 65536)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Allocate()
    {
        if (!s_memory.TryGetValue(Size, out (NativeBuffer Source, NativeBuffer Target) memory))
        {
            memory = (NativeBuffer.Allocate(Size), NativeBuffer.Allocate(Size * Pieces));
            s_memory.Add(Size, memory);
        }

        (_source, _target) = memory;
    }

    [Benchmark(Baseline = true, Description = "Span.CopyTo", OperationsPerInvoke = Pieces)]
    public void Span()
    {
        ReadOnlySpan<byte> source = _source.RemainingSpan;
        Span<byte> target = _target.RemainingSpan;
        for (int i = 0; i < Pieces; i++)
            source.CopyTo(target[(i * source.Length)..]);
    }

    [Benchmark(Description = "PlatformBuffer.WriteBytes", OperationsPerInvoke = Pieces)]
    public void Write()
    {
        ReadOnlySpan<byte> source = _source.RemainingSpan;
        for (int i = 0; i < Pieces; i++)
            _target.WriteBytes(source);
        _target.ResetForWrite();
    }

    [Benchmark(Description = "BufferWriter.WriteBytes", OperationsPerInvoke = Pieces)]
    public void Writer()
    {
        ReadOnlySpan<byte> source = _source.RemainingSpan;
        var writer = new BufferWriter(_target.RemainingSpan);
        for (int i = 0; i < Pieces; i++)
            writer.WriteBytes(source);
    }

    [Benchmark(Description = "PlatformBuffer.ReadBytes", OperationsPerInvoke = Pieces)]
    public void Read()
    {
        Span<byte> source = _source.RemainingSpan;
        for (int i = 0; i < Pieces; i++)
            _target.ReadBytes(source);
        _target.ResetForWrite();
    }
}
