using System.Diagnostics;
using System.Globalization;

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
    public void Allocate_Guarded_EndsAtAPageThatNobodyMayTouch()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Guards are made on Linux.");
        NativeAllocation memory = GuardedSource.Allocate(5000, 8);

        Assert.Equal(5000u, memory.Size);
        Assert.Equal("rw-p", AccessOf(memory.Address));
        Assert.Equal("rw-p", AccessOf(memory.Address + 4999));
        Assert.Equal("---p", AccessOf(memory.Address + 5008));
        Assert.Equal("---p", AccessOf(memory.Origin));
        GuardedSource.Instance.Free(memory);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(4096)]
    [InlineData(1 << 20)]
    public void Allocate_Guarded_IsAligned(int alignment)
    {
        NativeAllocation memory = GuardedSource.Allocate(100, (nuint)alignment);

        Assert.Equal(0, memory.Address % alignment);
        GuardedSource.Instance.Free(memory);
    }

    [Fact]
    public unsafe void Free_Guarded_OverwritesTheMemory()
    {
        NativeAllocation memory = GuardedSource.Allocate(100, 64);
        new Span<byte>((void*)memory.Address, 100).Fill(1);

        GuardedSource.Instance.Free(memory);

        var bytes = new ReadOnlySpan<byte>((void*)memory.Address, 100);
        Assert.Equal(-1, bytes.IndexOfAnyExcept(BufferTrace.Poison));
    }

    [Fact]
    public void Allocate_WithTracing_IsGuarded()
    {
        Assert.SkipUnless(BufferTrace.IsEnabled, "Runs in the process that TracingTests starts.");
        using NativeBuffer buffer = NativeBuffer.Allocate(64);

        Assert.Equal("---p", AccessOf(buffer.NativeAddress + 64));
    }

    // The access of the page with an address, as /proc/self/maps has it.
    private static string AccessOf(nint address)
    {
        foreach (string line in File.ReadLines("/proc/self/maps"))
        {
            string[] parts = line.Split(' ');
            string[] range = parts[0].Split('-');
            if (address >= Hex(range[0]) && address < Hex(range[1]))
                return parts[1];
        }

        return "none";
    }

    private static nint Hex(string text) =>
        nint.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
