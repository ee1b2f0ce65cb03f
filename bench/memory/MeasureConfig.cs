using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;
using Perfolizer.Metrology;

namespace Sluice.Memory.Bench;

/// <summary>How every benchmark is measured: medians, with allocations.</summary>
internal sealed class MeasureConfig : ManualConfig
{
    public MeasureConfig()
    {
        // In one process: code and memory lie at the same places for all that is compared.
        AddJob(Job.Default
            .WithToolchain(InProcessEmitToolchain.Instance)
            .WithMinIterationTime(TimeInterval.FromMilliseconds(100))
            .WithWarmupCount(8)
            .WithIterationCount(15));
        AddDiagnoser(MemoryDiagnoser.Default);
        AddColumnProvider(DefaultColumnProviders.Instance);
        AddColumn(StatisticColumn.Median);
        AddExporter(MarkdownExporter.GitHub);
        AddLogger(ConsoleLogger.Default);
        WithSummaryStyle(BenchmarkDotNet.Reports.SummaryStyle.Default
            .WithTimeUnit(TimeUnit.Nanosecond));
    }
}
