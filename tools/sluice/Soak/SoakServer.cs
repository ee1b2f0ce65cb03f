using System.Diagnostics;
using Sluice.Tool.Bench;
using Sluice.Tool.Soak.Load;

namespace Sluice.Tool.Soak;

/// <summary>A server that is soaked.</summary>
/// <param name="Name">What it is called on the command line.</param>
/// <param name="Title">What it is called in a report.</param>
/// <param name="Mix">What clients do with it.</param>
/// <param name="Start">How its process is started; it prints where it listens.</param>
internal sealed record SoakServer(
    string Name, string Title, SoakMix Mix, ProcessStartInfo Start)
{
    public const string RawName = "raw";
    public const string AspNetCoreName = "aspnetcore";

    /// <summary><c>sluice echo</c>.</summary>
    public static SoakServer Raw(ServerSettings settings) => new(
        RawName,
        "sluice echo",
        EchoActivities.Mix,
        ToolCommand.Apart(ToolCommand.With(["echo", .. Arguments(settings)])));

    /// <summary><c>sluice serve</c>.</summary>
    /// <param name="settings">Its settings.</param>
    /// <param name="directory">What it serves.</param>
    public static SoakServer AspNetCore(ServerSettings settings, string directory) => new(
        AspNetCoreName,
        "sluice serve",
        HttpActivities.Mix,
        ToolCommand.Apart(ToolCommand.With(["serve", directory, .. Arguments(settings)])));

    private static string[] Arguments(ServerSettings settings) =>
    [
        "--port", "0",
        "--engine", Word(settings.Engine),
        "--scheduling", Word(settings.Scheduling),
        "--reactors", LoadProcess.Number(settings.ReactorCount),
    ];

    private static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
