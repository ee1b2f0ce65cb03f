using BenchmarkDotNet.Running;
using Sluice.Memory.Bench;
using Sluice.Memory.Bench.IoVectors;

// "vectors" measures I/O vectors in this process, against C; all else goes to BenchmarkDotNet.
if (args is ["vectors", ..])
    return VectorFigures.Run();

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, new MeasureConfig());
return 0;
