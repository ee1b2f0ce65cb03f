using BenchmarkDotNet.Running;
using Sluice.Memory.Bench;
using Sluice.Memory.Bench.Buffers;
using Sluice.Memory.Bench.IoVectors;

// "vectors" measures I/O vectors by turns with C, "buffers" buffers by turns with the platform;
// all else goes to BenchmarkDotNet.
if (args is ["buffers", ..])
    return BufferFigures.Run();
if (args is ["vectors", ..])
    return VectorFigures.Run();

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, new MeasureConfig());
return 0;
