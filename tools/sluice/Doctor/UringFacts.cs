using Sluice.Uring;

namespace Sluice.Tool.Doctor;

/// <summary>What the kernel's io_uring offers to this process, found out by trying.</summary>
internal static class UringFacts
{
    public static IEnumerable<Finding> Collect()
    {
        UringVerdict verdict = UringAvailability.Check();
        foreach (UringCheck check in verdict.Checks)
            yield return new(check.Name, StateOf(check.Outcome), check.Detail, check.Advice);
        foreach (Finding operation in Operations())
            yield return operation;
    }

    private static FindingState StateOf(UringCheckOutcome outcome) => outcome switch
    {
        UringCheckOutcome.Passed => FindingState.Good,
        UringCheckOutcome.Warning => FindingState.Warning,
        _ => FindingState.Bad,
    };

    private static List<Finding> Operations()
    {
        var findings = new List<Finding>();
        try
        {
            using var ring = Ring.Create(new RingOptions { Entries = 1 });
            RingProbe probe = ring.Probe();
            foreach (Opcode opcode in UringAvailability.OpcodesNeeded)
            {
                bool isOffered = probe.Supports(opcode);
                findings.Add(new(
                    $"operation {opcode}",
                    isOffered ? FindingState.Good : FindingState.Bad,
                    isOffered ? "offered" : "missing"));
            }
        }
        catch (RingException)
        {
            // The check of the ring's setup has said so already.
        }

        return findings;
    }
}
