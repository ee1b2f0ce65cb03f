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

    /// <summary>The same server, whose files are those of ASP.NET Core's middleware.</summary>
    public static BenchServer StaticFiles { get; } = new(
        "static-files",
        "Kestrel on sockets, its static files",
        ["serve", "--engine", "sockets", "--static-files"]);

    public static BenchServer BufferPool { get; } = Ours("buffer-pool", "BufferPool");

    public static BenchServer NativeBuffer { get; } = Ours("native-buffer", "NativeBuffer");

    public static BenchServer BufferReader { get; } = Ours(
        "buffer-reader", "BufferWriter and BufferReader");

    public static BenchServer Vector { get; } = Ours("io-vector", "IoVector, Local");

    public static BenchServer SharedVector { get; } = Ours("io-vector-shared", "IoVector, Shared");

    public static BenchServer Channel { get; } = Ours("channel", "SharedChannel");

    public static BenchServer SpinningChannel { get; } = Ours(
        "channel-spinning", "SharedChannel, spinning");

    public static BenchServer SleepingChannel { get; } = Ours(
        "channel-sleeping", "SharedChannel, sleeping");

    public static BenchServer ArrayPool { get; } = new("array-pool", "ArrayPool.Shared", []);

    public static BenchServer NativeMemory { get; } = new("native-memory", "NativeMemory", []);

    public static BenchServer Span { get; } = new("span", "span and BinaryPrimitives", []);

    public static BenchServer Pipe { get; } = new("pipe", "pipe", []);

    public static BenchServer UnixSocket { get; } = new("unix-socket", "UNIX socket", []);

    /// <summary>Whether it is code of Sluice's, compared with that of the platform.</summary>
    public bool IsOurs { get; private init; }

    /// <summary>Whether it answers with ASP.NET Core.</summary>
    public bool IsKestrel => Arguments is ["serve", ..];

    private static BenchServer Ours(string name, string title) =>
        new(name, title, []) { IsOurs = true };
}
