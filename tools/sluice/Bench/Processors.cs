using System.Diagnostics;
using Sluice.Uring;

namespace Sluice.Tool.Bench;

/// <summary>Which processor the server has and which one the load.</summary>
internal sealed record Processors(int Server, int Load)
{
    /// <summary>The first two that this process may use.</summary>
    public static Processors Choose() => CpuAffinity.GetAllowedCpus() switch
    {
        [int first, int second, ..] => new Processors(first, second),
        _ => throw new UserErrorException(
            "A comparison needs two processors: one for the server, one for the load."),
    };

    /// <summary>Starts a process that may only use that one.</summary>
    /// <remarks>
    /// A child inherits from the thread that starts it, so that is one of its own.
    /// </remarks>
    public static Process Start(int cpu, ProcessStartInfo start)
    {
        Process? process = null;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Errno error = CpuAffinity.PinCurrentThread(cpu);
                if (error != Errno.None)
                    throw new UserErrorException($"Processor {cpu} cannot be used: {error}.");
                process = Process.Start(start);
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        if (failure is not null)
            throw new UserErrorException($"{start.FileName} cannot run: {failure.Message}");
        return process!;
    }
}
