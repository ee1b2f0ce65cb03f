using Sluice.Tool.Tests.Faults.Peers;
using Sluice.Tool.Tests.Processes;

namespace Sluice.Tool.Tests.Faults;

/// <summary>
/// Every fault in every phase, on the real kernel; what comes of it is the table in
/// docs/reliability.md. To write the table, run these tests with SLUICE_APPROVE=1.
/// </summary>
[Collection(nameof(FaultMatrixTests))]
public sealed class FaultMatrixTests
{
    private static readonly Fault[] All =
    [
        new SystemCallFault("io_uring_setup", "EPERM"),
        new SystemCallFault("io_uring_setup", "ENOSYS"),
        new SystemCallFault("io_uring_setup", "ENOMEM"),
        new SystemCallFault("io_uring_setup", "EMFILE"),
        new SystemCallFault("io_uring_enter", "EINTR", isPassing: true),
        new SystemCallFault("io_uring_enter", "EAGAIN", isPassing: true),
        new SystemCallFault("io_uring_enter", "EBUSY", isPassing: true),
        new SystemCallFault("io_uring_register", "EINVAL"),
        new SystemCallFault("io_uring_register", "ENOMEM"),
        new SystemCallFault("mmap", "ENOMEM", isOfRing: true),
        new SystemCallFault("memfd_create", "ENOMEM"),
        new SystemCallFault("eventfd2", "EMFILE"),
        new SystemCallFault("socket", "EMFILE"),
        new SystemCallFault("bind", "EADDRINUSE"),
        new SystemCallFault("bind", "EACCES"),
        new SystemCallFault("listen", "EADDRINUSE"),
        new LockedMemoryFault(),
        new PauseFault(),
        new ResettingPeers(),
        new SlowPeers(),
        new DeafPeers(),
        new VanishedPeers(),
        new KilledPeers(),
    ];

    private static readonly FaultTable Table =
        new("faults", "fault", "start", "idle", "in a request", "under load", "stopping");

    public static TheoryData<string> Names => [.. All.Select(static fault => fault.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Fault_InEveryPhase_EndsAsTheTableSays(string name)
    {
        await EngineCase.RequireAsync("uring");
        Fault fault = Array.Find(All, fault => fault.Name == name)!;
        fault.Require();

        string[] outcomes = await FaultRow.RunAsync(fault);

        Table.Compare(name, outcomes, Names.Select(static row => row.Data));
    }

    [Fact]
    public void Table_Rows_AreTheFaultsThatAreTested() =>
        Assert.Equal(All.Select(static fault => fault.Name), Table.Read().Keys);
}
