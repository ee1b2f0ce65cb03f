using Sluice.Tool.Tests.Processes;
using Sluice.Uring;

namespace Sluice.Tool.Tests.Faults.Accepting;

/// <summary>
/// Accepting fails, on both engines; what comes of it is a table in docs/reliability.md, written
/// with SLUICE_APPROVE=1.
/// </summary>
[Collection(nameof(FaultMatrixTests))]
public sealed class AcceptErrorTests
{
    private static readonly FaultTable Table =
        new("accepting", "accepting fails with", "io_uring (simulated)", "sockets");

    public static TheoryData<string> Names =>
        ["ECONNABORTED", "EMFILE", "ENFILE", "ENOBUFS", "ENOMEM", "EPERM"];

    [Theory]
    [MemberData(nameof(Names))]
    [Trait("pitfall", "6")]
    public async Task Accept_Fails_EndsAsTheTableSays(string name)
    {
        ExternalTool.Require("strace");

        string uring = SimulatedAccept.Run(Enum.Parse<Errno>(name));
        string sockets = await SocketsAccept.RunAsync(name);

        Table.Compare(name, [uring, sockets], Names.Select(static row => row.Data));
    }
}
