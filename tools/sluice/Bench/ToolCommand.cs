using System.Diagnostics;

namespace Sluice.Tool.Bench;

/// <summary>This tool, to be started again.</summary>
internal static class ToolCommand
{
    /// <summary>How to start it, its output redirected.</summary>
    public static ProcessStartInfo With(IEnumerable<string> arguments)
    {
        string host = Environment.ProcessPath!;
        bool isDotnet = Path.GetFileNameWithoutExtension(host) == "dotnet";
        return Redirected(
            host,
            isDotnet ? [Environment.GetCommandLineArgs()[0], .. arguments] : arguments);
    }

    public static ProcessStartInfo Redirected(string file, IEnumerable<string> arguments) =>
        new(file, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
}
