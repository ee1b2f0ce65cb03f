namespace Sluice.Memory.Tests.IoVectors;

/// <summary>
/// The stress command, ten seconds in all. CONTRIBUTING.md says how to run it for longer.
/// </summary>
public sealed class StressTests
{
    [Theory]
    [InlineData(null, "off")]
    [InlineData("1,poison,quarantine=8", "on")]
    public async Task Vectors_ForFiveSeconds_NothingIsWrong(string? tracing, string expected)
    {
        Assert.SkipWhen(IoVectorTrace.IsEnabled, "It has processes of its own.");
        string program = Path.Combine(AppContext.BaseDirectory, "Sluice.Memory.Stress");
        string output = await ChildProcess.RunAsync(
            program, ["--part", "vectors", "--seconds", "5"], tracing);
        Assert.Contains($"tracing {expected}", output, StringComparison.Ordinal);
        Assert.Contains("0 failures, 0 slabs left", output, StringComparison.Ordinal);
    }
}
