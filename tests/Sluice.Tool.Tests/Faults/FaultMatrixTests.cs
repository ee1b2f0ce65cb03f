using Sluice.Tool.Tests.Faults.Network;
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
        new DescriptorFault(),
        new PauseFault(),
        new ClockFault("the wall clock jumps a year ahead", TimeSpan.FromDays(366)),
        new ClockFault("the wall clock jumps a year back", TimeSpan.FromDays(-366)),
        new ResettingPeers(),
        new SlowPeers(),
        new DeafPeers(),
        new VanishedPeers(),
        new KilledPeers(),
        new NetworkFault("2 % of all packets are lost", new() { Lost = 0.02 }),
        new NetworkFault(
            "all packets are 10 ms on the way", new() { Delay = TimeSpan.FromMilliseconds(10) }),
        new NetworkFault(
            "10 % of all packets come 20 ms late, behind others", new() { Late = 0.1 }),
        new NetworkFault("10 % of all packets come twice", new() { Doubled = 0.1 }),
        new NetworkFault("1 % of all packets have a wrong bit", new() { Corrupted = 0.01 }),
        new NetworkFault("5,000 SYNs a second from nobody", new() { SynsPerMs = 5 }),
        new NetworkFault("the link is down for a while", new() { Lost = 1 }, packetsMax: 5),
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

        string[] outcomes;
        try
        {
            await fault.PrepareAsync();
            outcomes = await FaultRow.RunAsync(fault);
        }
        finally
        {
            await fault.EndAsync();
        }

        Table.Compare(name, outcomes, Names.Select(static row => row.Data));
    }

    [Fact]
    public void Table_Rows_AreTheFaultsThatAreTested() =>
        Assert.Equal(All.Select(static fault => fault.Name), Table.Read().Keys);
}
