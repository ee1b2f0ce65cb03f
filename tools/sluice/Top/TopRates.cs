using Sluice.Diagnostics;

namespace Sluice.Tool.Top;

/// <summary>What happened between two snapshots, per second.</summary>
internal sealed class TopRates
{
    private readonly double _seconds;

    public TopRates(SluiceSnapshot before, SluiceSnapshot now)
    {
        Before = before;
        Now = now;
        _seconds = before.ProcessId == now.ProcessId
            ? (now.Time - before.Time).TotalSeconds
            : 0;
    }

    public SluiceSnapshot Before { get; }

    public SluiceSnapshot Now { get; }

    public double Of(Func<SluiceSnapshot, double> read) => Rate(read(Before), read(Now));

    /// <summary>A reactor's, if it was there before.</summary>
    public double Of(ReactorSnapshot reactor, Func<ReactorSnapshot, double> read)
    {
        ReactorSnapshot? former = Before.Reactors.FirstOrDefault(
            other => other.Runtime == reactor.Runtime && other.Index == reactor.Index);
        return former is null ? 0 : Rate(read(former), read(reactor));
    }

    /// <summary>The sum over all reactors.</summary>
    public double OfAll(Func<ReactorSnapshot, double> read) =>
        Now.Reactors.Sum(reactor => Of(reactor, read));

    private double Rate(double before, double now) =>
        _seconds > 0 ? Math.Max(0, now - before) / _seconds : 0;
}
