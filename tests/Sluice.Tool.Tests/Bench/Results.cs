using Sluice.Tool.Bench;

namespace Sluice.Tool.Tests.Bench;

/// <summary>Results as a run would have made them.</summary>
internal static class Results
{
    public static BenchResult Of(params Measurement[] measurements) => new(
        new MachineDescription("a <processor>", 2, 4, "a kernel", "a runtime"),
        new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc),
        Rounds: 3,
        SecondsPerLoad: 1,
        measurements,
        ["a <note>"]);

    public static Measurement One(
        BenchServer server, string row = "plaintext", double cpu = 1, int round = 1) =>
        new(row, server.Name, round, 1000, cpu, 10, 20, 30, 1024, BytesPerConnection: 0)
        {
            Value = cpu,
        };
}
