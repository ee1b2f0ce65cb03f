using System.ComponentModel;
using System.Diagnostics;

namespace Sluice.Uring.Tests.Support;

/// <summary>
/// The system's C compiler and its headers. Without them a test is skipped, unless
/// <c>SLUICE_REQUIRE_TOOLS=1</c> makes that a failure.
/// </summary>
internal static class Toolchain
{
    /// <summary>Compiles a program, runs it and gives back what it printed, line by line.</summary>
    public static string[] Run(string source, params string[] arguments)
    {
        DirectoryInfo directory = Directory.CreateTempSubdirectory("sluice-abi-");
        try
        {
            string code = Path.Combine(directory.FullName, "program.c");
            string program = Path.Combine(directory.FullName, "program");
            File.WriteAllText(code, source);
            (int exit, _, string errors) = Start("gcc", ["-o", program, code, .. arguments]);
            Assert.True(exit == 0, errors);
            (exit, string output, errors) = Start(program, []);
            Assert.True(exit == 0, errors);
            return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    /// <summary>What the preprocessor makes of some headers: declarations, then macros.</summary>
    public static string Preprocess(string includes)
    {
        DirectoryInfo directory = Directory.CreateTempSubdirectory("sluice-abi-");
        try
        {
            string code = Path.Combine(directory.FullName, "headers.c");
            File.WriteAllText(code, includes);
            (int exit, string declarations, string errors) = Start("gcc", ["-E", "-P", code]);
            if (exit != 0)
                Missing(errors);
            (_, string macros, _) = Start("gcc", ["-E", "-dM", code]);
            return declarations + macros;
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static (int Exit, string Output, string Errors) Start(
        string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output, errors.GetAwaiter().GetResult());
        }
        catch (Win32Exception exception)
        {
            Missing(exception.Message);
            throw;
        }
    }

    private static void Missing(string why)
    {
        string message = $"The C compiler or a header is missing: {why}";
        if (Environment.GetEnvironmentVariable("SLUICE_REQUIRE_TOOLS") == "1")
            Assert.Fail(message);
        Assert.Skip(message);
    }
}
