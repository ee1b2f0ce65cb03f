namespace Sluice.Docs.Tests;

/// <summary>The programs of docs/tuning.md. Each region stands there word for word.</summary>
public sealed class TuningGuide
{
    [Fact]
    public async Task Reactors()
    {
        #region docs: reactors
        var options = new SluiceOptions
        {
            ReactorCount = 4,           // leave the other processors to the handlers
            PinReactors = true,         // only if nothing else is bound to these
            Scheduling = Scheduling.ThreadPool,
        };
        #endregion

        await using var runtime = SluiceRuntime.Start(options);
        Assert.Equal(runtime.Engine == Engine.Uring ? 4 : 0, runtime.Reactors.Count);
    }

    [Fact]
    public async Task Memory()
    {
        #region docs: memory
        var options = new SluiceOptions
        {
            ReceiveBufferSize = 16 * 1024,      // messages are large
            ReceiveBuffersMax = 2048,           // at most 32 MiB for each reactor
            ReceiveWatermark = 512 * 1024,      // unread, for one connection
            SendWatermark = 256 * 1024,         // unsent, for one connection
        };
        #endregion

        await using var runtime = SluiceRuntime.Start(options);
        Assert.Equal(32 << 20, options.ReceiveBufferSize * options.ReceiveBuffersMax);
    }
}
