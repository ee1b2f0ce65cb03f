using System.Diagnostics;

namespace Sluice.Memory.Tests.Buffers.Ownership;

public sealed class TracingTests
{
    private const string TraceVariable = "SLUICE_BUFFER_TRACE";

    /// <summary>All tests of buffers hold with tracing on too: in a process of its own.</summary>
    [Fact]
    public async Task Tests_OfBuffers_PassWithTracingOn()
    {
        if (BufferTrace.IsEnabled)
            return;

        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        if (!Environment.ProcessPath!.EndsWith("Sluice.Memory.Tests", StringComparison.Ordinal))
            start.ArgumentList.Add(typeof(TracingTests).Assembly.Location);
        start.ArgumentList.Add("-noLogo");
        start.ArgumentList.Add("-namespace");
        start.ArgumentList.Add("Sluice.Memory.Tests.Buffers*");
        start.ArgumentList.Add("-trait-");
        start.ArgumentList.Add("size=campaign");
        start.Environment[TraceVariable] = "1";
        using Process child = Process.Start(start)!;
        string output = await child.StandardOutput.ReadToEndAsync(
            TestContext.Current.CancellationToken);
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(child.ExitCode == 0, output);
        Assert.Matches(@"Total: [1-9]\d+", output);
    }

    [Fact]
    public void Allocate_WithTracing_IsGuarded()
    {
        Assert.SkipUnless(BufferTrace.IsEnabled, "Runs in the process that TracingTests starts.");
        using NativeBuffer buffer = NativeBuffer.Allocate(64);

        Assert.Equal("---p", MemoryMaps.AccessOf(buffer.NativeAddress + 64));
    }
}
