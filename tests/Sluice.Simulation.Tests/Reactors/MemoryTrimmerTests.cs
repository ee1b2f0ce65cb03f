using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Reactors;
using Sluice.Testing.Simulation;

namespace Sluice.Simulation.Tests.Reactors;

public sealed class MemoryTrimmerTests
{
    [Fact]
    public void Turn_MemoryIsNotNeededForAWhile_GivesItBackAndWaitsForGood()
    {
        var kernel = new SimulatedKernel(1, SimulationFaults.None);
        var options = new ReactorLoopOptions
        {
            BytesKept = 1024 * 1024,
            TrimInterval = TimeSpan.FromSeconds(3),
            Scheduling = Scheduling.Inline,
            TimeProvider = kernel.Clock,
        };
        using var loop = new ReactorLoop(kernel, kernel, options, NullLogger.Instance);
        SendBlock[] blocks =
            [.. Enumerable.Range(0, 1_000).Select(_ => loop.SendBlocks.Rent(1))];
        foreach (SendBlock block in blocks)
            loop.SendBlocks.Return(block);
        long most = loop.SendBlocks.MappedBytes;

        for (int turn = 0; turn < 3; turn++)
            loop.Turn(mayWait: true);

        // In the first interval all of it was needed; nothing of it in the second.
        Assert.True(most > options.BytesKept);
        Assert.InRange(loop.SendBlocks.MappedBytes, 0, options.BytesKept);
        Assert.Equal(TimeSpan.FromSeconds(6).Ticks, kernel.Clock.Now);
        Assert.Equal(TimeSpan.Zero, loop.Timers.UntilNext() - Timeout.InfiniteTimeSpan);
    }
}
