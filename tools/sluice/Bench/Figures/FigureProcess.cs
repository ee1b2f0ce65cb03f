using System.Diagnostics;
using System.Text.Json;

namespace Sluice.Tool.Bench.Figures;

/// <summary><c>sluice figure</c> as a process: new code, a heap that is its own.</summary>
internal static class FigureProcess
{
    /// <summary>Measures all contenders of a row.</summary>
    public static Dictionary<string, double> Run(
        BenchRow row, int seconds, Processors processors)
    {
        using var process = Processors.Start(processors.Server, ToolCommand.With(
        [
            "figure", row.Name,
            "--seconds", LoadProcess.Number(seconds),
            "--peer-cpu", LoadProcess.Number(processors.Load),
        ]));
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new UserErrorException($"The measurement failed. {errors.Result.Trim()}");
        return JsonSerializer.Deserialize(output, FigureJson.Default.DictionaryStringDouble)!;
    }
}
