using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Sluice.Diagnostics;

/// <summary>
/// Takes snapshots of this process. It listens to the meters as any other collector does, so
/// nothing is paid for it before one is made and after it is disposed.
/// </summary>
/// <remarks>
/// Safe for use by several threads. While there is one, ASP.NET Core measures the duration of each
/// request, if nobody else has asked for that.
/// </remarks>
/// <example>
/// <code>
/// using var monitor = new SluiceMonitor();
/// SluiceSnapshot now = monitor.Take();
/// </code>
/// </example>
public sealed class SluiceMonitor : IDisposable
{
    private readonly Lock _gate = new();
    private readonly MeterListener _listener = new();
    private readonly DateTime _started;
    private readonly string _name;
    private SnapshotBuilder _builder = new();
    private long _requests;

    /// <summary>Begins to listen.</summary>
    public SluiceMonitor()
    {
        using (var process = Process.GetCurrentProcess())
        {
            _started = process.StartTime.ToUniversalTime();
            _name = process.ProcessName;
        }

        _listener.InstrumentPublished = OnPublished;
        _listener.SetMeasurementEventCallback<long>(OnMeasured);
        _listener.SetMeasurementEventCallback<double>(OnRequest);
        _listener.Start();
    }

    /// <summary>What the process does at this moment.</summary>
    public SluiceSnapshot Take()
    {
        lock (_gate)
        {
            _builder = new SnapshotBuilder();
            _listener.RecordObservableInstruments();
            DateTimeOffset now = TimeProvider.System.GetUtcNow();
            return _builder.Build() with
            {
                Time = now,
                ProcessId = Environment.ProcessId,
                ProcessName = _name,
                UptimeSeconds = (now.UtcDateTime - _started).TotalSeconds,
                ProcessorSeconds = Environment.CpuUsage.TotalTime.TotalSeconds,
                ResidentBytes = Environment.WorkingSet,
                Requests = Volatile.Read(ref _requests),
            };
        }
    }

    /// <summary>Ends listening.</summary>
    public void Dispose() => _listener.Dispose();

    private static void OnPublished(Instrument instrument, MeterListener listener)
    {
        bool isOurs = instrument.IsObservable && SnapshotBuilder.IsMeter(instrument.Meter.Name);
        if (isOurs || instrument.Name == SnapshotBuilder.RequestInstrument)
            listener.EnableMeasurementEvents(instrument);
    }

    // Within Take alone, because the instruments are observable.
    private void OnMeasured(
        Instrument instrument,
        long value,
        ReadOnlySpan<KeyValuePair<string, object?>> tags,
        object? state) =>
        _builder.Add(instrument.Name, value, tags);

    private void OnRequest(
        Instrument instrument,
        double seconds,
        ReadOnlySpan<KeyValuePair<string, object?>> tags,
        object? state) =>
        Interlocked.Increment(ref _requests);
}
