using static Sluice.Tool.Bench.BenchServer;

namespace Sluice.Tool.Bench;

/// <summary>All rows, in the order in which they are measured.</summary>
internal static class BenchRows
{
    private static readonly int[] Growth = [1, 8, 512, 4096, 10_000];
    private static readonly BenchServer[] Kestrels =
        [KestrelSluice, KestrelSluiceInline, KestrelSockets, KestrelSocketsInline];

    private static readonly BenchServer[] Every = [PlainC, RawSluice, RawSockets, .. Kestrels];
    private static readonly BenchServer[] AsTheyCome = [KestrelSluice, KestrelSockets];

    private static readonly BenchServer[] Files = [KestrelSluice, KestrelSockets, StaticFiles];

    public static IReadOnlyList<BenchRow> All { get; } =
    [
        new("plaintext", "13 bytes of text", "/plaintext", [], Every) { IsQuick = true },
        new("pipelined", "The same, 16 requests deep", "/plaintext", ["--depth", "16"], Every)
        {
            IsQuick = true,
        },
        new("json", "A small JSON object", "/json", [], Kestrels),
        new("response-64k", "Responses of 64 KiB", "/bytes/65536", [], Kestrels) { IsQuick = true },
        new("upload-1m", "Uploads of 1 MiB", "/discard", ["--bytes", "1048576"], Kestrels)
        {
            Connections = 16,
        },
        new("tls", "13 bytes of text over TLS", "/plaintext", [], AsTheyCome)
        {
            Scheme = "https",
        },
        new("http2", "13 bytes of text, HTTP/2", "/plaintext", ["--http2"], AsTheyCome),
        new("websockets", "2,000 WebSockets, echo", "/ws", [], Kestrels)
        {
            Scheme = "ws",
            Connections = 2000,
        },
        new("latency", "Half of the highest rate", "/plaintext", [], AsTheyCome)
        {
            HalfRateOf = "plaintext",
            IsQuick = true,
        },
        new(
            "idle",
            "8,000 idle connections",
            "/plaintext",
            [],
            [PlainC, RawSluice, KestrelSluice, KestrelSockets])
        {
            IsIdle = true,
            Connections = 8000,
        },
        new("file-4k", "A file of 4 KiB", "/4096.bin", [], Files)
        {
            FileLength = 4096,
            Baseline = StaticFiles,
            IsQuick = true,
        },
        new("file-1m", "A file of 1 MiB", "/1048576.bin", [], Files)
        {
            FileLength = 1024 * 1024,
            Baseline = StaticFiles,
            Connections = 16,
            IsQuick = true,
        },
        Figures(
            "memory-pool",
            "8 KiB rented and returned",
            BenchUnit.Nanoseconds,
            BufferPool,
            ArrayPool),
        Figures(
            "memory-native",
            "4 KiB of native memory, allocated and freed",
            BenchUnit.Nanoseconds,
            NativeBuffer,
            NativeMemory),
        Figures(
            "memory-blocks",
            "The oldest of 512 blocks of 4 KiB, replaced",
            BenchUnit.Nanoseconds,
            Vector,
            SharedVector,
            NativeMemory,
            ArrayPool),
        Figures(
            "memory-integers",
            "A 32-bit number, written and read",
            BenchUnit.Nanoseconds,
            NativeBuffer,
            BufferReader,
            Span),
        Figures(
            "channel-latency",
            "32 bytes to another process, one way",
            BenchUnit.Nanoseconds,
            SpinningChannel,
            SleepingChannel,
            Pipe,
            UnixSocket),
        Figures(
            "channel-stream",
            "32 bytes to another process, as many as go",
            BenchUnit.MillionsPerSecond,
            Channel,
            Pipe,
            UnixSocket),
        .. Growth.Select(static connections => new BenchRow(
            $"connections-{connections}",
            FormattableString.Invariant($"13 bytes of text, {connections:N0} connections"),
            "/plaintext",
            [],
            [RawSluice, KestrelSluice, KestrelSockets])
        {
            Connections = connections,
        }),
    ];

    private static BenchRow Figures(
        string name, string title, BenchUnit unit, params BenchServer[] contenders) =>
        new(name, title, "", [], contenders)
        {
            Unit = unit,
            Baseline = contenders[^1],
            IsQuick = true,
        };
}
