using System.Diagnostics.Metrics;
using System.Runtime.Versioning;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sluice.Diagnostics;
using Sluice.Ipc.Channels;
using Sluice.Memory;

namespace Sluice.Docs.Tests;

/// <summary>
/// docs/observability.md: its programs, and its table beside the instruments that there are.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed partial class ObservabilityGuide
{
    [Fact]
    public async Task Dashboard()
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(
            ["--urls", "http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        builder.Services.AddAuthentication("none");
        builder.Services.AddAuthorization(options =>
            options.AddPolicy("operators", policy => policy.RequireAssertion(static _ => true)));
        await using WebApplication app = builder.Build();

        #region docs: dashboard
        app.MapSluiceDashboard("/sluice").RequireAuthorization("operators");
        #endregion

        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        Assert.Contains("<title>Sluice</title>", await client.GetStringAsync("/sluice"));
    }

    [Fact]
    public async Task Monitor()
    {
        TimeSpan interval = TimeSpan.FromMilliseconds(1);

        #region docs: monitor
        using var monitor = new SluiceMonitor();
        SluiceSnapshot before = monitor.Take();
        await Task.Delay(interval);
        SluiceSnapshot now = monitor.Take();
        double seconds = (now.Time - before.Time).TotalSeconds;
        double received = (now.BytesReceived - before.BytesReceived) / seconds;
        #endregion

        Assert.Equal(0, received);
    }

    [Fact]
    public async Task Table_InstrumentsThatThereAre_AreDescribedWithTheirUnits()
    {
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Name is "Sluice" or "Sluice.Memory")
                found[instrument.Name] = instrument.Unit ?? "";
        };
        BufferLeaks.Found += OnFound;
        BufferLeaks.Found -= OnFound;
        using var heap = new IoHeap();
        heap.Allocate(64).Release();
        (SharedChannelWriter writer, SharedChannelReader reader) = SharedChannel.CreatePair();
        writer.Dispose();
        reader.Dispose();
        SluiceRuntime runtime;
        try
        {
            runtime = SluiceRuntime.Start(
                new SluiceOptions { Engine = Engine.Uring, ReactorCount = 1 });
        }
        catch (PlatformNotSupportedException failure)
        {
            Assert.Skip(failure.Message);
            return;
        }

        listener.Start();
        await runtime.DisposeAsync();

        var described = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (Match row in Row().Matches(await File.ReadAllTextAsync(PathOf())))
            described.Add(row.Groups["name"].Value, row.Groups["unit"].Value);
        Assert.Equal(found, described);

        static void OnFound(object? sender, BufferLeakEventArgs leak)
        {
        }
    }

    [GeneratedRegex(@"^\| `(?<name>sluice\.[\w.]+)` \| (?<unit>[^|]+?) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    private static string PathOf()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Sluice.slnx")))
            folder = Path.GetDirectoryName(folder)!;
        return Path.Combine(folder, "docs", "observability.md");
    }
}
