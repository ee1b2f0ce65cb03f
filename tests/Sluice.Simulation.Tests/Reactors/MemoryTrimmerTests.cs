using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Reactors;
using Sluice.Testing.Simulation;

namespace Sluice.Simulation.Tests.Reactors;

public sealed class MemoryTrimmerTests
{
    private const int Depth = 64;

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

    [Theory]
    [InlineData(true, Depth)]
    [InlineData(false, 16 * Depth)]
    public void Turn_RingWasDeepenedAndNothingArrives_TakesTheBuffersBack(
        bool hasZeros, int expected)
    {
        var kernel = new SimulatedKernel(1, SimulationFaults.None);
        if (!hasZeros)
            kernel.Descriptors.Limit = DescriptorsOfALoop() - 1;
        using ReactorLoop loop = Deepened(kernel);
        int deep = loop.Receive.Provided;

        for (int turn = 0; turn < 100 && loop.Timers.UntilNext() >= TimeSpan.Zero; turn++)
            loop.Turn(mayWait: true);

        Assert.Equal(16 * Depth, deep);
        Assert.Equal(expected, loop.Receive.Provided);
        Assert.Equal(0, loop.Receive.Held);
        Assert.Equal(!hasZeros, loop.Receive.WithMemory > Depth);
    }

    private static ReactorLoop Deepened(SimulatedKernel kernel)
    {
        var options = new ReactorLoopOptions
        {
            BytesKept = 0,
            ReceiveDepth = Depth,
            TimeProvider = kernel.Clock,
        };
        var loop = new ReactorLoop(kernel, kernel, options, NullLogger.Instance);
        for (int turn = 0; turn < 4; turn++)
        {
            loop.Receive.Wait(new Waiter());
            loop.Turn(mayWait: false);
        }

        return loop;
    }

    private static int DescriptorsOfALoop()
    {
        var kernel = new SimulatedKernel(1, SimulationFaults.None);
        using ReactorLoop loop = Deepened(kernel);
        return kernel.Descriptors.Count;
    }

    private sealed class Waiter : IBufferWaiter
    {
        public void OnBuffersAvailable()
        {
        }
    }
}
