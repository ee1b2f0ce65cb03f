using System.Globalization;

namespace Sluice.Tests.Processes;

/// <summary>What the process holds, by <c>/proc/self</c>.</summary>
internal static class ProcessFigures
{
    private const int CloseOnExec = 0x80000; // O_CLOEXEC, octal 02000000

    public static int DescriptorCount => Directory.GetFiles("/proc/self/fd").Length;

    /// <summary>Without the assemblies, which the runtime loads when it wants to.</summary>
    public static int DescriptorCountOfOurs => Targets().Count(
        static target => !target.EndsWith(".dll", StringComparison.Ordinal));

    public static int RingCount => Targets().Count(
        static target => target.Contains("[io_uring]", StringComparison.Ordinal));

    public static int ThreadCount => Directory.GetDirectories("/proc/self/task").Length;

    /// <summary>Resident bytes, after what is garbage has gone.</summary>
    public static long ResidentBytes()
    {
        Settle();
        string pages = File.ReadAllText("/proc/self/statm").Split(' ')[1];
        return long.Parse(pages, CultureInfo.InvariantCulture) * Environment.SystemPageSize;
    }

    /// <summary>Lets go of what earlier tests dropped, which would go while we count.</summary>
    public static void Settle()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }

    /// <summary>What each open descriptor refers to.</summary>
    /// <remarks>
    /// One that another thread closed meanwhile counts with an empty name: a link that is gone
    /// has no target, and is no error here.
    /// </remarks>
    public static IEnumerable<string> Targets() =>
        Directory.GetFiles("/proc/self/fd").Select(
            static path => new FileInfo(path).LinkTarget ?? "");

    /// <summary>Open descriptors with what they refer to, and whether exec closes them.</summary>
    public static Dictionary<string, (string Target, bool IsCloseOnExec)> Descriptors()
    {
        var found = new Dictionary<string, (string, bool)>(StringComparer.Ordinal);
        foreach (string path in Directory.GetFiles("/proc/self/fd"))
        {
            string fd = Path.GetFileName(path);
            string info = Path.Combine("/proc/self/fdinfo", fd);
            string? target = new FileInfo(path).LinkTarget;
            if (target is null || !File.Exists(info))
                continue; // The descriptor of this very listing.

            string flags = File.ReadLines(info)
                .First(static line => line.StartsWith("flags:", StringComparison.Ordinal));
            int value = Convert.ToInt32(flags["flags:".Length..].Trim(), fromBase: 8);
            found[fd] = (target, (value & CloseOnExec) != 0);
        }

        return found;
    }
}
