using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;

namespace Sluice.Memory.Bench.Buffers;

/// <summary>Native memory allocated and freed.</summary>
public unsafe class NativeBenchmark
{
    [Params(256, 4096, 65536)]
    public int Size { get; set; }

    [Benchmark(Baseline = true, Description = "NativeMemory.Alloc + Free")]
    public void Native() => NativeMemory.Free(NativeMemory.Alloc((nuint)Size));

    [Benchmark(Description = "NativeMemory.AlignedAlloc + AlignedFree")]
    public void Aligned() => NativeMemory.AlignedFree(NativeMemory.AlignedAlloc((nuint)Size, 64));

    [Benchmark(Description = "NativeBuffer.Allocate + Dispose")]
    public void Buffer() => NativeBuffer.Allocate(Size).Dispose();

    [Benchmark(Description = "BufferScope with 8 buffers", OperationsPerInvoke = 8)]
    public void Scope()
    {
        using var scope = new BufferScope();
        for (int i = 0; i < 8; i++)
            scope.Allocate(Size);
    }
}
