using System.Diagnostics;
using System.Runtime.Versioning;
using Sluice.Testing.Connections;

namespace Sluice.Tests.Processes;

[SupportedOSPlatform("linux")]
public sealed class FullDiskTests
{
    // Its own mounts: nobody else sees them, and they end with the process.
    private const string Script =
        "mount -t tmpfs -o size=$2 none /dev/shm && mount -t tmpfs -o size=$2 none \"$1\" "
        + "&& exec \"$0\" " + FullDisk.Verb + " \"$1\"";

    [Fact]
    [Trait("pitfall", "41")]
    public async Task SharedMemory_FileSystemsAreFull_SaysSoAndLosesNothing()
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Mounting takes root.");
        string directory = Directory.CreateTempSubdirectory("sluice-full-").FullName;
        var start = new ProcessStartInfo("unshare")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in (string[])
        [
            "--mount", "sh", "-c", Script,
            Path.Combine(AppContext.BaseDirectory, "Sluice.Tests"), directory,
            $"{FullDisk.Capacity}",
        ])
        {
            start.ArgumentList.Add(argument);
        }

        using Process child = Process.Start(start)!;
        Task<string> output = child.StandardOutput.ReadToEndAsync();
        Task<string> errors = child.StandardError.ReadToEndAsync();
        await child.WaitForExitAsync().WaitAsync(Patience.Limit);

        // A store for which there was no page is code 135, a signal.
        Assert.True(child.ExitCode == 0, $"{child.ExitCode}: {await output}{await errors}");
        Directory.Delete(directory);
    }
}
