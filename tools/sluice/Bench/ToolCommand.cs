using System.Diagnostics;

namespace Sluice.Tool.Bench;

/// <summary>This tool, to be started again.</summary>
internal static class ToolCommand
{
    // Replaces itself by the program, so that the process is the same one.
    private const string SetSid = "/usr/bin/setsid";

    /// <summary>How to start it, its output redirected.</summary>
    public static ProcessStartInfo With(IEnumerable<string> arguments)
    {
        string host = Environment.ProcessPath!;
        bool isDotnet = Path.GetFileNameWithoutExtension(host) == "dotnet";
        return Redirected(
            host,
            isDotnet ? [Environment.GetCommandLineArgs()[0], .. arguments] : arguments);
    }

    /// <summary>
    /// The same in a session of its own, if the system can: Ctrl-C at the terminal is not for it.
    /// </summary>
    public static ProcessStartInfo Apart(ProcessStartInfo start) =>
        File.Exists(SetSid)
            ? Redirected(SetSid, [start.FileName, .. start.ArgumentList])
            : start;

    public static ProcessStartInfo Redirected(string file, IEnumerable<string> arguments) =>
        new(file, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
}
