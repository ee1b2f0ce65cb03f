using System.Globalization;

namespace Sluice.Tool.Load;

/// <summary>The CPU time of a process, measured from one moment to another.</summary>
/// <remarks>
/// The sum over its threads, in nanoseconds (<c>/proc/PID/task/TID/schedstat</c>): the counters
/// for the whole process go in steps of a hundredth of a second. Threads that end in between are
/// not in it.
/// </remarks>
internal sealed class ProcessCost(int process)
{
    private readonly TimeSpan _before = Read(process);

    /// <summary>Starts to measure, if there is a process to measure.</summary>
    public static ProcessCost? Start(int? process) =>
        process is { } id ? new ProcessCost(id) : null;

    /// <summary>The time since the start.</summary>
    public TimeSpan Stop() => Read(process) - _before;

    private static TimeSpan Read(int process)
    {
        long nanoseconds = 0;
        try
        {
            foreach (string thread in Directory.EnumerateDirectories($"/proc/{process}/task"))
                nanoseconds += ReadThread(thread);
        }
        catch (DirectoryNotFoundException)
        {
            throw new UserErrorException($"There is no process {process}.");
        }

        return TimeSpan.FromMicroseconds(nanoseconds / 1000.0);
    }

    private static long ReadThread(string thread)
    {
        try
        {
            string text = File.ReadAllText(Path.Combine(thread, "schedstat"));
            return long.Parse(text.AsSpan(0, text.IndexOf(' ')), CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            // It has ended since it was listed.
            return 0;
        }
    }
}
