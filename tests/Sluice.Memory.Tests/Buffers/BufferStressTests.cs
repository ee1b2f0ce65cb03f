using System.Diagnostics;

namespace Sluice.Memory.Tests.Buffers;

/// <summary>A short run of the program that CONTRIBUTING runs for ten minutes.</summary>
public sealed class BufferStressTests
{
    [Fact]
    [Trait("size", "campaign")]
    [Trait("pitfall", "28")]
    [Trait("pitfall", "29")]
    public async Task Stress_TenSeconds_FindsNothing()
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Sluice.Memory.Stress.dll");
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            ArgumentList = { program, "--part", "buffers", "--seconds", "10", "--seed", "1" },
        };
        using Process child = Process.Start(start)!;
        string output = await child.StandardOutput.ReadToEndAsync(
            TestContext.Current.CancellationToken);
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(child.ExitCode == 0, output);
        Assert.Contains("PASSED", output, StringComparison.Ordinal);
    }
}
