namespace Sluice.Tool.Bench.Report;

/// <summary>
/// A colour for each server, the same in every plot: Sluice in blue, what it is compared with in
/// grey, the limit in amber. The darker one of a pair is the default, the lighter one inline.
/// </summary>
internal static class ServerColours
{
    private static readonly Dictionary<BenchServer, string> Colours = new()
    {
        [BenchServer.PlainC] = "#d99a2b",
        [BenchServer.RawSluice] = "#0f766e",
        [BenchServer.RawSockets] = "#a3a3a3",
        [BenchServer.KestrelSluice] = "#2563eb",
        [BenchServer.KestrelSluiceInline] = "#7aa5f7",
        [BenchServer.KestrelSockets] = "#6b7280",
        [BenchServer.KestrelSocketsInline] = "#b6bcc6",
        [BenchServer.StaticFiles] = "#8b8f97",
    };

    public static string Of(BenchServer server) =>
        Colours.TryGetValue(server, out string? colour) ? colour
        : server.IsOurs ? "#0891b2"
        : "#9ca3af";
}
