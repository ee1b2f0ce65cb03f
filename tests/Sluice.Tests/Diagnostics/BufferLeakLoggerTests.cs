using System.Runtime.CompilerServices;
using Sluice.Diagnostics;
using Sluice.Memory;
using Sluice.Testing.Connections;

namespace Sluice.Tests.Diagnostics;

public sealed class BufferLeakLoggerTests
{
    private const int LeakedEvent = 40;
    private const int ReleaseFailedEvent = 41;

    [Fact]
    public async Task Runtime_BufferNeverDisposed_LogsItsSize()
    {
        using var log = new LogCollector();
        await using SluiceRuntime runtime = SluiceRuntime.Start(
            new SluiceOptions { Engine = Engine.Sockets }, log);

        Leak();
        CollectGarbage();

        await log.WaitForAsync(LeakedEvent);
        Assert.Contains(log.Lines, static line =>
            line.EventId == LeakedEvent && line.Message.Contains("65431 native bytes"));
    }

    [Fact]
    public async Task Dispose_LeakAfterwards_IsNotLogged()
    {
        using var first = new LogCollector();
        using var second = new LogCollector();
        new BufferLeakLogger(first).Dispose();
        using var open = new BufferLeakLogger(second);

        Leak();
        CollectGarbage();

        await second.WaitForAsync(LeakedEvent);
        Assert.Empty(first.Lines);
    }

    [Fact]
    public async Task Found_ReleaseThatThrows_LogsTheFailure()
    {
        using var log = new LogCollector();
        using var logger = new BufferLeakLogger(log);

        LeakWrapped();
        CollectGarbage();

        await log.WaitForAsync(ReleaseFailedEvent);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Leak() => NativeBuffer.Allocate(65_431).WriteInt32(1);

    // Address 64 is nobody's: the memory is never touched, only released.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void LeakWrapped() => GC.KeepAlive(PlatformBuffer.Wrap(
        64, 16, static (_, _) => throw new InvalidOperationException("cannot release")));

    private static void CollectGarbage()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }
}
