using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Sluice.Tool.Commands;

namespace Sluice.Tool;

/// <summary>The <c>sluice</c> command.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] arguments)
    {
        try
        {
            ParseResult parsed = CreateRoot().Parse(arguments);
            if (parsed.Action is ParseErrorAction error)
                error.ShowHelp = arguments.Length == 0;
            // The commands handle signals themselves, to report a clean stop as one.
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            });
        }
        catch (Exception failure) when (Explain(failure) is { } sentence)
        {
            await ReportAsync($"sluice: {sentence}");
            return 1;
        }
    }

    private static async Task ReportAsync(string line)
    {
        try
        {
            await Console.Error.WriteLineAsync(line);
        }
        catch (IOException)
        {
            // No room for that either; the exit code says it.
        }
    }

    // Not a RootCommand: that one takes the assembly's name instead of the command's.
    private static Command CreateRoot() =>
        new("sluice", "I/O over io_uring: servers to try it, and what this machine offers.")
        {
            new HelpOption(),
            new VersionOption(),
            ServeCommand.Create(),
            RawCommand.CreateEcho(),
            RawCommand.CreatePlaintext(),
            LoadCommand.Create(),
            BenchCommand.Create(),
            SoakCommand.Create(),
            TopCommand.Create(),
            DoctorCommand.Create(),
            FigureCommand.Create(),
        };

    // What the user can put right; everything else is a defect and keeps its stack.
    private static string? Explain(Exception failure) => failure switch
    {
        UserErrorException or PlatformNotSupportedException => failure.Message,
        OptionsValidationException or ArgumentException => failure.Message,
        SocketException => $"The server cannot listen: {failure.Message}.",
        IOException => failure.Message,
        _ => null,
    };
}
