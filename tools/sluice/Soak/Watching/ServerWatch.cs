using Sluice.Diagnostics;
using Sluice.Tool.Top;

namespace Sluice.Tool.Soak.Watching;

/// <summary>
/// Reads a server's own figures, through the diagnostics of its runtime as <c>sluice top</c> does.
/// </summary>
internal sealed class ServerWatch : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private readonly CancellationTokenSource _ended = new();
    private readonly int _process;
    private readonly Task _reading;
    private SluiceSnapshot? _latest;

    public ServerWatch(int process)
    {
        _process = process;
        _reading = Task.Run(ReadAsync);
    }

    /// <summary>The last ones of Sluice; null as long as there are none.</summary>
    public SluiceSnapshot? Latest => Volatile.Read(ref _latest);

    /// <summary>The last ones of .NET; zero as long as there are none.</summary>
    public RuntimeFigures Runtime { get; } = new();

    /// <summary>Why there are none; null if there are.</summary>
    public string? Refusal { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _reading;
        _ended.Dispose();
    }

    private async Task ReadAsync()
    {
        var source = new ProcessTopSource(_process) { Runtime = Runtime };
        try
        {
            await foreach (SluiceSnapshot snapshot in source.WatchAsync(Interval, _ended.Token))
                Volatile.Write(ref _latest, snapshot);
        }
        catch (UserErrorException failure)
        {
            Refusal = failure.Message;
        }
    }
}
