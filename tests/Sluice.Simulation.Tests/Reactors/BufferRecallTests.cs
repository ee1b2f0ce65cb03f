using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Reactors;
using Sluice.Testing.Simulation;
using Sluice.Uring;

namespace Sluice.Simulation.Tests.Reactors;

public sealed class BufferRecallTests
{
    [Theory]
    [InlineData(Errno.EPERM, false)]
    [InlineData(Errno.EACCES, false)]
    [InlineData(Errno.EINVAL, false)]
    [InlineData(Errno.EOPNOTSUPP, false)]
    [InlineData(Errno.ENOBUFS, true)]
    [InlineData(Errno.ENOMEM, true)]
    public void OnCompletion_ReadFails_TriesAgainUnlessItIsForbidden(Errno error, bool triesAgain)
    {
        var kernel = new SimulatedKernel(1, SimulationFaults.None);
        var options = new ReactorLoopOptions { TimeProvider = kernel.Clock };
        using var loop = new ReactorLoop(kernel, kernel, options, NullLogger.Instance);
        int descriptors = kernel.Descriptors.Count;
        var recall = new BufferRecall(loop, kernel);

        recall.OnCompletion(
            OperationKind.Recall, new Completion(0, -(int)error, CompletionFlags.None));
        recall.Recall(1);

        Assert.Equal(triesAgain, recall.IsPossible);
        Assert.Equal(triesAgain, recall.IsQueued);
        recall.Close();
        Assert.Equal(descriptors, kernel.Descriptors.Count);
    }
}
