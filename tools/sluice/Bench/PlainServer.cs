using System.Diagnostics;

namespace Sluice.Tool.Bench;

/// <summary>
/// The plain C server: its source is in this tool, and is compiled where it is run.
/// </summary>
internal sealed class PlainServer : IDisposable
{
    private const string Resource = "reference.c";
    private readonly DirectoryInfo _directory;

    private PlainServer(DirectoryInfo directory, string? missing)
    {
        _directory = directory;
        Missing = missing;
    }

    /// <summary>Why it cannot be had, or null.</summary>
    public string? Missing { get; }

    public string Path => System.IO.Path.Combine(_directory.FullName, "reference");

    /// <summary>Compiles it, if there are a compiler and liburing.</summary>
    public static PlainServer Compile()
    {
        DirectoryInfo directory = Directory.CreateTempSubdirectory("sluice-bench-");
        string source = System.IO.Path.Combine(directory.FullName, Resource);
        using (Stream resource = typeof(PlainServer).Assembly.GetManifestResourceStream(Resource)!)
        using (FileStream file = File.Create(source))
            resource.CopyTo(file);

        string output = System.IO.Path.Combine(directory.FullName, "reference");
        ProcessStartInfo compile = ToolCommand.Redirected(
            "cc", ["-O2", "-o", output, source, "-luring"]);
        return new PlainServer(directory, Run(compile));
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private static string? Run(ProcessStartInfo compile)
    {
        try
        {
            using var process = Process.Start(compile)!;
            process.StandardInput.Close();
            _ = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : "liburing's headers are missing";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "there is no C compiler (cc)";
        }
    }
}
