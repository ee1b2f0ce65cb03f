using System.Globalization;
using Sluice.Diagnostics;
using Sluice.Tool.Soak.Watching;

namespace Sluice.Tool.Top;

/// <summary>
/// Makes snapshots of the events that a process sends about its meters (the event source
/// <c>System.Diagnostics.Metrics</c>). One thread at a time.
/// </summary>
/// <param name="onSnapshot">Gets each snapshot, and whether there were figures of Sluice.</param>
internal sealed class MetricEvents(Action<SluiceSnapshot, bool> onSnapshot)
{
    private SnapshotBuilder _builder = new();
    private long _requests;

    /// <summary>Gets figures of the .NET runtime, if they were asked for.</summary>
    public RuntimeFigures? Runtime { get; init; }

    /// <summary>Why the process sends nothing; null if it does.</summary>
    public string? Refusal { get; private set; }

    /// <summary>What the process is asked for.</summary>
    public static string Wanted { get; } = string.Join(
        ',',
        SnapshotBuilder.Instruments.Select(static name => $"{MeterOf(name)}\\{name}")
            .Append($"Microsoft.AspNetCore.Hosting\\{SnapshotBuilder.RequestInstrument}"));

    /// <summary>Takes an event.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="read">Reads a part of its payload.</param>
    public void Take(string name, Func<string, object?> read)
    {
        switch (name)
        {
            case "CollectionStart":
                _builder = new SnapshotBuilder();
                break;
            case "CounterRateValuePublished" or "UpDownCounterRateValuePublished":
                Add(Text(read, "instrumentName"), Text(read, "value"), Text(read, "tags"));
                break;
            case "HistogramValuePublished":
                if (long.TryParse(
                    Text(read, "count"), CultureInfo.InvariantCulture, out long count))
                {
                    _requests += count;
                }

                break;
            case "CollectionStop":
                Runtime?.Complete();
                onSnapshot(_builder.Build() with { Requests = _requests }, _builder.HasAny);
                break;
            case "MultipleSessionsNotSupportedError"
                or "MultipleSessionsConfiguredIncorrectlyError":
                Refusal = "somebody else watches its meters at another interval";
                break;
            case "Error":
                Refusal = Text(read, "errorMessage");
                break;
            default:
                break;
        }
    }

    private static string MeterOf(string instrument) =>
        instrument.StartsWith("sluice.heap.", StringComparison.Ordinal)
            || instrument.StartsWith("sluice.pool.", StringComparison.Ordinal)
                ? "Sluice.Memory"
                : "Sluice";

    private static string Text(Func<string, object?> read, string part) =>
        Convert.ToString(read(part), CultureInfo.InvariantCulture) ?? "";

    private void Add(string instrument, string value, string tags)
    {
        if (!double.TryParse(value, CultureInfo.InvariantCulture, out double number))
            return;

        if (Runtime?.Take(instrument, (long)number) == true)
            return;

        KeyValuePair<string, object?>[] parsed =
        [
            .. tags.Split(',', StringSplitOptions.RemoveEmptyEntries)
                .Select(static tag => tag.Split('=', 2))
                .Where(static tag => tag.Length == 2)
                .Select(static tag => new KeyValuePair<string, object?>(tag[0], tag[1])),
        ];
        _builder.Add(instrument, (long)number, parsed);
    }
}
