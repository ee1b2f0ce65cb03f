using Microsoft.Extensions.Logging;
using Sluice.Sockets.SystemSockets;
using Sluice.Testing.Connections;
using Sluice.Uring;

namespace Sluice.Tests;

[Trait("pitfall", "19")]
public sealed class EngineSelectorTests
{
    private const string Blocked = "io_uring is not permitted here.";

    [Fact]
    public async Task Start_AutoAndTheCheckFails_RunsOnSocketsAndSaysWhy()
    {
        using var log = new LogCollector();

        await using SluiceRuntime runtime = Start(Engine.Auto, log, Fail, UringStandIn);

        Assert.Equal(Engine.Sockets, runtime.Engine);
        Assert.Equal(Blocked, runtime.EngineReason);
        (int eventId, string message) = Assert.Single(log.Lines);
        Assert.Equal(1, eventId);
        Assert.Contains("Sockets", message, StringComparison.Ordinal);
        Assert.Contains(Blocked, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Start_UringAndTheCheckFails_ThrowsOneClearSentence()
    {
        using var log = new LogCollector();

        PlatformNotSupportedException failure = Assert.Throws<PlatformNotSupportedException>(
            () => Start(Engine.Uring, log, Fail, UringStandIn));

        Assert.EndsWith(Blocked, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(". ", failure.Message, StringComparison.Ordinal);
        Assert.Empty(log.Lines);
    }

    [Fact]
    public async Task Start_Sockets_DoesNotEvenCheck()
    {
        using var log = new LogCollector();

        await using SluiceRuntime runtime = Start(
            Engine.Sockets,
            log,
            () => throw new InvalidOperationException("asked"),
            UringStandIn);

        Assert.Equal(Engine.Sockets, runtime.Engine);
        Assert.Single(log.Lines);
    }

    [Theory]
    [InlineData(Engine.Auto)]
    [InlineData(Engine.Uring)]
    public async Task Start_TheCheckPasses_StartsTheUringEngineAndSaysSo(Engine engine)
    {
        using var log = new LogCollector();
        bool isStarted = false;

        await using SluiceRuntime runtime = Start(engine, log, Pass, (options, logger) =>
        {
            isStarted = true;
            return UringStandIn(options, logger);
        });

        Assert.True(isStarted);
        Assert.Equal("it works.", runtime.EngineReason);
        Assert.Single(log.Lines);
    }

    [Fact]
    public async Task Start_AutoAndTheReactorsGetNoRing_RunsOnSocketsAndSaysWhy()
    {
        using var log = new LogCollector();

        await using SluiceRuntime runtime = Start(
            Engine.Auto, log, Pass, (_, _) => throw new RingException("no memory.", Errno.ENOMEM));

        Assert.Equal(Engine.Sockets, runtime.Engine);
        Assert.Equal("no memory.", runtime.EngineReason);
    }

    [Fact]
    public void Start_UringAndTheReactorsGetNoRing_Throws()
    {
        using var log = new LogCollector();

        Assert.Throws<PlatformNotSupportedException>(() => Start(
            Engine.Uring,
            log,
            Pass,
            (_, _) => throw new RingException("no memory.", Errno.ENOMEM)));
    }

    private static SluiceRuntime Start(
        Engine engine,
        ILogger log,
        Func<UringVerdict> check,
        Func<SluiceOptions, ILogger, IEngine> uringStart) =>
        EngineSelector.Start(new SluiceOptions { Engine = engine }, log, check, uringStart);

    private static IEngine UringStandIn(SluiceOptions options, ILogger logger) =>
        new SocketsEngine(options, logger);

    private static UringVerdict Fail() => new(false, Blocked, []);

    private static UringVerdict Pass() => new(true, "it works.", []);
}
