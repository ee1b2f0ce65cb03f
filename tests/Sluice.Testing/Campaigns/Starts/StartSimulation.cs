using Microsoft.Extensions.Logging;
using Sluice.Reactors;
using Sluice.Testing.Simulation;
using Sluice.Uring;

namespace Sluice.Testing.Campaigns.Starts;

/// <summary>
/// A program that starts where the kernel gives no ring, or gives a small one and not what a
/// reactor needs: it runs on sockets and says why, or fails in one sentence if told to.
/// </summary>
internal sealed class StartSimulation : ISimulation
{
    private static readonly Errno[] Refusals =
        [Errno.EPERM, Errno.ENOSYS, Errno.EMFILE, Errno.ENFILE, Errno.EINVAL, Errno.EACCES];

    private readonly FailingLogger _logger = new();
    private readonly SluiceOptions _options;
    private readonly bool _refusesAll;

    public StartSimulation(ulong seed, SimulationLimits limits)
    {
        var random = new SimulationRandom(~seed);
        Kernel = new SimulatedKernel(seed, SimulationFaults.None, limits)
        {
            SetupRefusal = Refusals[random.Below(Refusals.Length)],
        };
        _options = new SluiceOptions
        {
            Engine = random.Chance(0.5) ? Engine.Auto : Engine.Uring,
        };
        _refusesAll = random.Chance(0.5);
    }

    public SimulatedKernel Kernel { get; }

    public void Run()
    {
        try
        {
            SluiceRuntime runtime = EngineSelector.Start(_options, _logger, Check, StartUring);
            Require(_options.Engine == Engine.Auto, "it runs on what was not asked for");
            Require(runtime.Engine == Engine.Sockets, "it runs on rings that are not there");
            RequireReason(runtime.EngineReason);
            runtime.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
        catch (PlatformNotSupportedException failure)
        {
            Require(_options.Engine == Engine.Uring, "it does not run on sockets");
            RequireReason(failure.Message);
        }

        Require(_logger.Failure is null, "an error was logged");
        Require(Kernel.Descriptors.Count == 0, "descriptors leaked");
    }

    public void Report(CampaignCoverage coverage) => coverage.Add(Kernel);

    public void Abandon()
    {
    }

    public void Dispose()
    {
    }

    private UringVerdict Check() => _refusesAll
        ? UringAvailability.Check(Kernel)
        : new UringVerdict(true, "A small ring works.", []);

    private IEngine StartUring(SluiceOptions options, ILogger logger)
    {
        using var loop = new ReactorLoop(Kernel, Kernel, ReactorLoopOptions.From(options), logger);
        throw new SimulationMismatch("A reactor was made without a ring.");
    }

    private void RequireReason(string reason) => Require(
        reason.Contains(Kernel.SetupRefusal.ToString(), StringComparison.Ordinal),
        $"the reason does not say what the kernel said: {reason}");

    private void Require(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new SimulationMismatch(
                $"{_options.Engine} with {Kernel.SetupRefusal}: {otherwise}.");
        }
    }
}
