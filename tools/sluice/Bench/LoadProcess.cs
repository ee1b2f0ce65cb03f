using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Sluice.Tool.Load;

namespace Sluice.Tool.Bench;

/// <summary><c>sluice load</c> as a process of its own, pinned away from the server.</summary>
internal static class LoadProcess
{
    /// <summary>Loads the server and waits for the report.</summary>
    public static LoadReport Run(IEnumerable<string> arguments, int cpu)
    {
        using Process process = Start([.. arguments, "--json"], cpu);
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new UserErrorException($"The load failed. {errors.Result.Trim()}");
        return JsonSerializer.Deserialize(output, LoadReportJson.Default.LoadReport)!;
    }

    /// <summary>Opens idle connections, measures, and closes them.</summary>
    public static T WhileIdle<T>(IEnumerable<string> arguments, int cpu, Func<T> measure)
    {
        using Process process = Start([.. arguments, "--idle"], cpu);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        if (process.StandardOutput.ReadLine() is null)
            throw new UserErrorException($"The load failed. {errors.Result.Trim()}");
        T measured = measure();
        process.StandardInput.Close();
        process.WaitForExit();
        return measured;
    }

    public static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    // On a processor of its own, compiling in the background stops the load for up to 3 ms at a
    // time, which would be charged to the server: at half of the rate its p99 was 2.7 ms, and is
    // 0.13 ms without.
    private static Process Start(IEnumerable<string> arguments, int cpu)
    {
        ProcessStartInfo command = ToolCommand.With(["load", .. arguments]);
        command.Environment["DOTNET_TieredCompilation"] = "0";
        return Processors.Start(cpu, command);
    }
}
