using Sluice.Diagnostics;

namespace Sluice.Reactors;

/// <summary>The sizes of a reactor's parts; fixed at construction.</summary>
internal sealed record ReactorLoopOptions
{
    /// <summary>Submissions that one turn can prepare before it has to submit early.</summary>
    public uint SubmissionEntries { get; init; } = 1024;

    /// <summary>Completions that fit before the kernel has to keep them itself.</summary>
    public uint CompletionEntries { get; init; } = 8192;

    public int ReceiveBufferSize { get; init; } = 4096;

    public int ReceiveBuffersMax { get; init; } = 8192;

    /// <summary>Buffers that the kernel has at the beginning, and at the least.</summary>
    public int ReceiveDepth { get; init; } = 64;

    /// <summary>
    /// Bytes of receive buffers, and as many of send blocks, that are kept once they were needed.
    /// </summary>
    public int BytesKept { get; init; } = 1024 * 1024;

    /// <summary>How long memory above that must not be needed before some is given back.</summary>
    public TimeSpan TrimInterval { get; init; } = TimeSpan.FromSeconds(1);

    public int ReceiveWatermark { get; init; } = 256 * 1024;

    public int SendWatermark { get; init; } = 64 * 1024;

    public Scheduling Scheduling { get; init; }

    /// <summary>Where wakes are recorded; null for nowhere.</summary>
    public SluiceMetrics? Metrics { get; init; }

    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    public static ReactorLoopOptions From(SluiceOptions options) => new()
    {
        ReceiveBufferSize = options.ReceiveBufferSize,
        ReceiveBuffersMax = options.ReceiveBuffersMax,
        ReceiveWatermark = options.ReceiveWatermark,
        SendWatermark = options.SendWatermark,
        Scheduling = options.Scheduling,
    };
}
