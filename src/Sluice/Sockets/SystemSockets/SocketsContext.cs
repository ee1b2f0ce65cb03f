using System.IO.Pipelines;
using Microsoft.Extensions.Logging;
using Sluice.Diagnostics;

namespace Sluice.Sockets.SystemSockets;

/// <summary>What the listeners and connections of one sockets engine share.</summary>
internal sealed class SocketsContext
{
    private const int SendAtLeast = 16 * 1024;

    public SocketsContext(SluiceOptions options, ILogger logger)
    {
        Logger = logger;
        Limit = new ConnectionLimit(options.ConnectionsMax, options.ConnectionLimitMode);
        Scheduler = options.Scheduling == Scheduling.Inline
            ? PipeScheduler.Inline
            : PipeScheduler.ThreadPool;
        InputOptions = new PipeOptions(
            readerScheduler: Scheduler,
            writerScheduler: Scheduler,
            pauseWriterThreshold: options.ReceiveWatermark,
            resumeWriterThreshold: Half(options.ReceiveWatermark),
            minimumSegmentSize: options.ReceiveBufferSize,
            useSynchronizationContext: false);
        OutputOptions = new PipeOptions(
            readerScheduler: Scheduler,
            writerScheduler: Scheduler,
            pauseWriterThreshold: options.SendWatermark,
            resumeWriterThreshold: Half(options.SendWatermark),
            useSynchronizationContext: false);
        SendWatermark = options.SendWatermark;
        SendMax = Math.Max(SendAtLeast, Half(options.SendWatermark));
    }

    public ILogger Logger { get; }

    public TimeProvider Time { get; } = TimeProvider.System;

    public PipeScheduler Scheduler { get; }

    public PipeOptions InputOptions { get; }

    public PipeOptions OutputOptions { get; }

    /// <summary>See <see cref="SluiceOptions.SendWatermark"/>.</summary>
    public int SendWatermark { get; }

    /// <summary>
    /// The most bytes of one send. A send completes only as a whole, so this is the step in which
    /// the unsent bytes sink towards the mark below which a waiting flush completes.
    /// </summary>
    public int SendMax { get; }

    public ConnectionLimit Limit { get; }

    public RuntimeCounters Counters { get; } = new();

    public OpenSet<SocketListener> Listeners { get; } = new();

    public OpenSet<SocketConnection> Connections { get; } = new();

    private static int Half(int watermark) => Math.Max(1, watermark / 2);
}
