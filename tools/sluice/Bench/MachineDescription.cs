using System.Globalization;
using System.Runtime.InteropServices;

namespace Sluice.Tool.Bench;

/// <summary>What figures depend on.</summary>
internal sealed record MachineDescription(
    string Processor, int Processors, double MemoryGiB, string Kernel, string Runtime)
{
    private const double BytesPerGiB = 1024.0 * 1024 * 1024;

    public static MachineDescription Read() => new(
        ReadProcessor(),
        Environment.ProcessorCount,
        Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / BytesPerGiB, 1),
        $"Linux {File.ReadAllText("/proc/sys/kernel/osrelease").Trim()}",
        RuntimeInformation.FrameworkDescription);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Processor}, {Processors} CPUs, {MemoryGiB} GiB, {Kernel}, {Runtime}");

    private static string ReadProcessor()
    {
        const string Name = "model name";
        string? line = File.ReadLines("/proc/cpuinfo")
            .FirstOrDefault(l => l.StartsWith(Name, StringComparison.Ordinal));
        return line is null
            ? RuntimeInformation.ProcessArchitecture.ToString()
            : line[(line.IndexOf(':') + 1)..].Trim();
    }
}
