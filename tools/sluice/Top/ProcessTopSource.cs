using System.Diagnostics;
using System.Diagnostics.Tracing;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Diagnostics.Tracing;
using Sluice.Diagnostics;
using Sluice.Tool.Soak.Watching;

namespace Sluice.Tool.Top;

/// <summary>
/// Reads the meters of another process through the diagnostics of the .NET runtime: nothing has
/// to be mapped or set up in it.
/// </summary>
internal sealed class ProcessTopSource(int processId) : ITopSource
{
    private const string Provider = "System.Diagnostics.Metrics";
    private const long TimeSeriesValues = 0x2;
    private const int BufferMegabytes = 8;

    /// <summary>Gets figures of the .NET runtime, too; null: they are not asked for.</summary>
    public RuntimeFigures? Runtime { get; init; }

    public async IAsyncEnumerable<SluiceSnapshot> WatchAsync(
        TimeSpan interval, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using Process process = Find();
        using EventPipeSession session = Start(interval);
        var snapshots = Channel.CreateUnbounded<SluiceSnapshot>();
        Task reading = Task.Factory.StartNew(
            () => Read(session, snapshots.Writer),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        using CancellationTokenRegistration cancelled =
            cancellationToken.Register(() => snapshots.Writer.TryComplete());
        try
        {
            await foreach (SluiceSnapshot snapshot
                in snapshots.Reader.ReadAllAsync(CancellationToken.None))
            {
                yield return Complete(snapshot, process);
            }
        }
        finally
        {
            await StopAsync(session, reading);
        }

        if (!cancellationToken.IsCancellationRequested)
            throw new UserErrorException($"Process {processId} has ended.");
    }

    private Process Find()
    {
        try
        {
            return Process.GetProcessById(processId);
        }
        catch (ArgumentException failure)
        {
            throw new UserErrorException($"There is no process {processId}.", failure);
        }
    }

    private EventPipeSession Start(TimeSpan interval)
    {
        var arguments = new Dictionary<string, string>
        {
            ["SessionId"] = "SHARED",
            ["ClientId"] = Guid.NewGuid().ToString(),
            ["Metrics"] = Runtime is null
                ? MetricEvents.Wanted
                : $"{MetricEvents.Wanted},{RuntimeFigures.Wanted}",
            ["RefreshInterval"] = interval.TotalSeconds.ToString(CultureInfo.InvariantCulture),
            ["MaxTimeSeries"] = "100000",
            ["MaxHistograms"] = "100",
        };
        try
        {
            return new DiagnosticsClient(processId).StartEventPipeSession(
                [
                    new EventPipeProvider(
                        Provider, EventLevel.Informational, TimeSeriesValues, arguments),
                ],
                requestRundown: false,
                BufferMegabytes);
        }
        catch (ServerNotAvailableException failure)
        {
            throw new UserErrorException(
                $"Process {processId} is no .NET program that can be watched: it has no "
                + "diagnostics socket (another TMPDIR, or DOTNET_EnableDiagnostics=0).",
                failure);
        }
        catch (Exception failure)
            when (failure is DiagnosticsClientException or IOException
                or UnauthorizedAccessException or System.Net.Sockets.SocketException)
        {
            throw new UserErrorException(
                $"Process {processId} gives no access: {failure.Message} "
                + "Run as the same user, or ask its dashboard by address.",
                failure);
        }
    }

    private void Read(EventPipeSession session, ChannelWriter<SluiceSnapshot> snapshots)
    {
        var events = new MetricEvents((snapshot, hasFigures) =>
        {
            if (hasFigures)
                snapshots.TryWrite(snapshot);
            else
                snapshots.TryComplete(NoSluice());
        })
        {
            Runtime = Runtime,
        };
        try
        {
            using var source = new EventPipeEventSource(session.EventStream);
            source.Dynamic.All += data =>
            {
                if (data.ProviderName != Provider)
                    return;

                // The reader takes a "Start" or "Stop" at the end of a name off as an opcode.
                string name = data.EventName.Replace("/", "", StringComparison.Ordinal);
                events.Take(name, data.PayloadByName);
                if (events.Refusal is { } reason)
                {
                    snapshots.TryComplete(new UserErrorException(
                        $"Process {processId} sends no figures: {reason}."));
                }
            };
            source.Process();
            snapshots.TryComplete();
        }
#pragma warning disable CA1031 // A stream that breaks off has many exceptions: all are an end.
        catch (Exception)
#pragma warning restore CA1031
        {
            snapshots.TryComplete();
        }
    }

    private UserErrorException NoSluice() => new(
        $"Process {processId} does not use Sluice: it has none of its figures.");

    private static SluiceSnapshot Complete(SluiceSnapshot snapshot, Process process)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        try
        {
            process.Refresh();
            return snapshot with
            {
                Time = now,
                ProcessId = process.Id,
                ProcessName = process.ProcessName,
                UptimeSeconds =
                    (now.UtcDateTime - process.StartTime.ToUniversalTime()).TotalSeconds,
                ProcessorSeconds = process.TotalProcessorTime.TotalSeconds,
                ResidentBytes = process.WorkingSet64,
            };
        }
        catch (InvalidOperationException)
        {
            // It has just ended; the last figures are worth showing.
            return snapshot with { Time = now, ProcessId = process.Id };
        }
    }

    private static async Task StopAsync(EventPipeSession session, Task reading)
    {
        try
        {
            await session.StopAsync(CancellationToken.None);
        }
        catch (Exception failure)
            when (failure is DiagnosticsClientException or IOException or TimeoutException
                or System.Net.Sockets.SocketException)
        {
            // The process has ended, and with it the session.
        }

        await reading;
    }
}
