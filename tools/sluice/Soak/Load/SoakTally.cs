using System.Collections.Concurrent;
using System.Diagnostics;

namespace Sluice.Tool.Soak.Load;

/// <summary>What the load has done and seen. For any thread.</summary>
internal sealed class SoakTally
{
    private const int IncidentsMax = 100;

    private readonly ConcurrentDictionary<string, ActivityTally> _activities = new();
    private readonly ConcurrentQueue<SoakIncident> _incidents = new();
    private readonly long _started = Stopwatch.GetTimestamp();
    private long _requests;
    private long _bytes;
    private long _corrupted;
    private long _failures;
    private long _connections;

    /// <summary>Requests that were answered, and answered right.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>Bytes from the server that were compared with what they should be.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Bytes that were not what they should be.</summary>
    public long Corrupted => Interlocked.Read(ref _corrupted);

    /// <summary>What went wrong without the load's doing.</summary>
    public long Failures => Interlocked.Read(ref _failures);

    /// <summary>Connections that were made.</summary>
    public long Connections => Interlocked.Read(ref _connections);

    /// <summary>The first of what went wrong, in order.</summary>
    public IReadOnlyList<SoakIncident> Incidents => [.. _incidents];

    /// <summary>What each activity has done, by its name.</summary>
    public IReadOnlyList<ActivityReport> Activities =>
    [
        .. _activities.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => new ActivityReport(
            a.Key,
            Interlocked.Read(ref a.Value.Completed),
            Interlocked.Read(ref a.Value.Broken),
            Interlocked.Read(ref a.Value.Failed))),
    ];

    public void OnConnected() => Interlocked.Increment(ref _connections);

    public void OnRequest() => Interlocked.Increment(ref _requests);

    public void OnBytes(long count) => Interlocked.Add(ref _bytes, count);

    /// <summary>An activity has come to its end.</summary>
    public void OnCompleted(string activity) =>
        Interlocked.Increment(ref Of(activity).Completed);

    /// <summary>An activity was cut short by a fault that was planned.</summary>
    public void OnBroken(string activity) => Interlocked.Increment(ref Of(activity).Broken);

    public void OnFailure(string activity, string text)
    {
        Interlocked.Increment(ref _failures);
        Interlocked.Increment(ref Of(activity).Failed);
        Remember(activity, text);
    }

    public void OnCorrupted(string activity, long bytes, string text)
    {
        Interlocked.Add(ref _corrupted, bytes);
        Remember(activity, text);
    }

    private void Remember(string activity, string text)
    {
        if (_incidents.Count < IncidentsMax)
        {
            double seconds = Stopwatch.GetElapsedTime(_started).TotalSeconds;
            _incidents.Enqueue(new SoakIncident(Math.Round(seconds, 1), activity, text));
        }
    }

    private ActivityTally Of(string activity) =>
        _activities.GetOrAdd(activity, static _ => new ActivityTally());

    private sealed class ActivityTally
    {
        public long Completed;
        public long Broken;
        public long Failed;
    }
}
