using System.Globalization;

namespace Sluice.Tool.Soak.Watching;

/// <summary>What the system says about a process, now.</summary>
/// <param name="Descriptors">Open descriptors.</param>
/// <param name="Threads">Threads.</param>
/// <param name="Resident">Bytes of resident memory.</param>
internal sealed record ProcessFigures(int Descriptors, int Threads, long Resident)
{
    private const long BytesPerKilobyte = 1024;

    /// <summary>Reads them; null if the process is gone.</summary>
    public static ProcessFigures? Read(int process)
    {
        try
        {
            return new ProcessFigures(
                Directory.EnumerateFileSystemEntries($"/proc/{process}/fd").Count(),
                Directory.EnumerateDirectories($"/proc/{process}/task").Count(),
                ReadResident($"/proc/{process}/smaps_rollup"));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // Exact, unlike that of statm, which is a sum of counters that are kept per processor.
    private static long ReadResident(string path)
    {
        const string Name = "Rss:";
        string line = File.ReadLines(path)
            .First(static line => line.StartsWith(Name, StringComparison.Ordinal));
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return long.Parse(words[1], CultureInfo.InvariantCulture) * BytesPerKilobyte;
    }
}
