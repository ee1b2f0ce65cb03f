using System.Globalization;
using System.Runtime.InteropServices;

namespace Sluice.Tool.Doctor;

/// <summary>What the system says about itself, apart from io_uring.</summary>
internal static class SystemFacts
{
    private const long DescriptorsAdvised = 65536;

    public static IEnumerable<Finding> Collect()
    {
        yield return new(
            "kernel",
            FindingState.Good,
            $"Linux {ProcFile.Read("/proc/sys/kernel/osrelease") ?? "(unknown)"} on"
            + $" {RuntimeInformation.ProcessArchitecture}; {RuntimeInformation.OSDescription}");
        yield return Seccomp();
        yield return IoUringDisabled();
        yield return Descriptors();
        yield return HugePages();
        yield return Processors();
    }

    private static Finding Seccomp() =>
        new(
            "seccomp",
            FindingState.Good,
            ProcFile.ReadField("/proc/self/status", "Seccomp:") switch
            {
                "0" => "no filter",
                "1" => "strict",
                "2" => "a filter is installed; it lets io_uring through if the rows above pass",
                _ => "unknown",
            });

    private static Finding IoUringDisabled() =>
        new(
            "kernel.io_uring_disabled",
            FindingState.Good,
            ProcFile.Read("/proc/sys/kernel/io_uring_disabled") switch
            {
                "0" => "0: every process may use io_uring",
                "1" => "1: privileged processes and kernel.io_uring_group only",
                "2" => "2: nobody may use io_uring",
                _ => "not offered by this kernel",
            });

    private static Finding Descriptors()
    {
        string? limit = ProcFile.ReadField("/proc/self/limits", "Max open files")
            ?.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        bool isLow =
            long.TryParse(limit, CultureInfo.InvariantCulture, out long count)
            && count < DescriptorsAdvised;
        return new(
            "open files",
            isLow ? FindingState.Warning : FindingState.Good,
            $"RLIMIT_NOFILE is {limit ?? "unknown"}; each connection takes one",
            isLow ? $"Raise it to {DescriptorsAdvised} (ulimit -n, LimitNOFILE=)." : null);
    }

    private static Finding HugePages()
    {
        string reserved = ProcFile.ReadField("/proc/meminfo", "HugePages_Total:") ?? "unknown";
        string transparent =
            ProcFile.Read("/sys/kernel/mm/transparent_hugepage/enabled") ?? "not offered";
        return new(
            "huge pages",
            FindingState.Good,
            $"reserved: {reserved}; transparent: {transparent}");
    }

    private static Finding Processors() =>
        new(
            "processors",
            FindingState.Good,
            $"{Environment.ProcessorCount} for this process: as many reactors by default"
            + $" (cgroup cpu.max: {ProcFile.Read("/sys/fs/cgroup/cpu.max") ?? "none"})");
}
