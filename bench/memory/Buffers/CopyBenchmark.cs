using BenchmarkDotNet.Attributes;

namespace Sluice.Memory.Bench.Buffers;

/// <summary>Bytes copied into memory at a cache line, from an array.</summary>
public class CopyBenchmark
{
    private byte[] _source = null!;
    private PlatformBuffer _target = null!;

    [Params(1024, 65536)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Allocate()
    {
        _source = new byte[Size];
        _target = PlatformBuffer.Allocate(Size);
    }

    [GlobalCleanup]
    public void Free() => _target.Dispose();

    [Benchmark(Baseline = true, Description = "Span.CopyTo")]
    public void Span() => _source.AsSpan().CopyTo(_target.RemainingSpan);

    [Benchmark(Description = "PlatformBuffer.WriteBytes")]
    public void Write()
    {
        _target.WriteBytes(_source);
        _target.ResetForWrite();
    }

    [Benchmark(Description = "BufferWriter.WriteBytes")]
    public void Writer() => new BufferWriter(_target.RemainingSpan).WriteBytes(_source);

    [Benchmark(Description = "PlatformBuffer.ReadBytes")]
    public void Read()
    {
        _target.ReadBytes(_source);
        _target.ResetForWrite();
    }
}
