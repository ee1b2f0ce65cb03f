using System.Diagnostics.Metrics;

namespace Sluice.Tests.Diagnostics;

/// <summary>
/// Listens to the meters of Sluice. A figure's key is the instrument's name, then each tag but
/// the engine and the runtime: <c>sluice.bytes.sent reactor=1</c>.
/// </summary>
internal sealed class MeterReader : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, long> _figures = new(StringComparer.Ordinal);

    public MeterReader()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name is not ("Sluice" or "Sluice.Memory"))
                return;

            Instruments[instrument.Name] = instrument;
            listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>(
            (instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>(
            (instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.Start();
    }

    public SortedDictionary<string, Instrument> Instruments { get; } =
        new(StringComparer.Ordinal);

    public SortedSet<string> Engines { get; } = new(StringComparer.Ordinal);

    public SortedSet<string> Runtimes { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, long> Read()
    {
        lock (_figures)
            _figures.Clear();
        _listener.RecordObservableInstruments();
        lock (_figures)
            return new(_figures, StringComparer.Ordinal);
    }

    /// <summary>The sum over all reactors.</summary>
    public long Sum(string instrument) => Read()
        .Where(figure => figure.Key.Split(' ')[0] == instrument)
        .Sum(figure => figure.Value);

    /// <summary>What instruments that are not observable have said so far.</summary>
    public long Said(string key)
    {
        lock (_figures)
            return _figures.GetValueOrDefault(key);
    }

    public void Dispose() => _listener.Dispose();

    private void Keep(
        Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_figures)
        {
            string key = instrument.Name;
            foreach ((string name, object? tag) in tags)
            {
                if (name == "engine")
                    Engines.Add((string)tag!);
                else if (name == "runtime")
                    Runtimes.Add((string)tag!);
                else
                    key += $" {name}={tag}";
            }

            _figures[key] = _figures.GetValueOrDefault(key) + value;
        }
    }
}
