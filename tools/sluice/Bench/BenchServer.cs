namespace Sluice.Tool.Bench;

/// <summary>A server that is measured.</summary>
/// <param name="Name">What it is called on the command line.</param>
/// <param name="Title">What it is called in a report.</param>
/// <param name="Arguments">
/// The arguments for this tool; empty for <see cref="PlainC"/>, which is another program.
/// </param>
internal sealed record BenchServer(string Name, string Title, string[] Arguments)
{
    /// <summary>The limit: a C program on liburing that answers and does nothing else.</summary>
    public static BenchServer PlainC { get; } = new("c", "plain C, liburing", []);

    public static BenchServer RawSluice { get; } = new(
        "raw", "Sluice, raw handler", ["plaintext", "--scheduling", "inline", "--reactors", "1"]);

    public static BenchServer RawSockets { get; } = new(
        "raw-sockets", "System.Net.Sockets, raw handler", ["plaintext", "--engine", "sockets"]);

    public static BenchServer KestrelSluice { get; } = new(
        "kestrel", "Kestrel on Sluice", ["serve"]);

    public static BenchServer KestrelSluiceInline { get; } = new(
        "kestrel-inline", "Kestrel on Sluice, inline", ["serve", "--scheduling", "inline"]);

    public static BenchServer KestrelSockets { get; } = new(
        "sockets", "Kestrel on sockets", ["serve", "--engine", "sockets"]);

    public static BenchServer KestrelSocketsInline { get; } = new(
        "sockets-inline",
        "Kestrel on sockets, inline",
        ["serve", "--engine", "sockets", "--scheduling", "inline"]);

    /// <summary>Whether it answers with ASP.NET Core.</summary>
    public bool IsKestrel => Arguments is ["serve", ..];
}
