using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Sluice.AspNetCore.Tests.Contract;

/// <summary>Keeps what Kestrel measures in one container; other servers do not count.</summary>
internal sealed class MetricCollector : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<(string Name, double Value, string Tags)> _measured = new();

    public MetricCollector(IServiceProvider services)
    {
        var factory = services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, factory)
                && instrument.Name.StartsWith("kestrel.", StringComparison.Ordinal))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>(
            (instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>(
            (instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    public double Sum(string name) => _measured.Where(m => m.Name == name).Sum(m => m.Value);

    /// <summary>The tags of each measurement, without those that differ between runs.</summary>
    public string[] Tags(string name) =>
        [.. _measured.Where(m => m.Name == name).Select(m => m.Tags)];

    /// <summary>Waits until an instrument has measured so often.</summary>
    public async Task WaitForAsync(string name, int count)
    {
        using var timeout = new CancellationTokenSource(TestServer.Patience);
        while (_measured.Count(m => m.Name == name) < count)
        {
            timeout.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Add(
        Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        IEnumerable<string> texts = tags.ToArray()
            .Where(tag => tag.Key != "server.port")
            .Select(tag => $"{tag.Key}={tag.Value}")
            .Order(StringComparer.Ordinal);
        _measured.Enqueue((instrument.Name, value, string.Join(' ', texts)));
    }
}
