namespace Sluice.Memory.Stress;

/// <summary>What the process has in memory.</summary>
internal static class ResidentMemory
{
    /// <summary>Mebibytes after a full collection.</summary>
    public static double MeasureMiB()
    {
        CollectGarbage();
        return Environment.WorkingSet / (1024.0 * 1024.0);
    }

    /// <summary>Collects what is garbage, and what its finalizers made garbage.</summary>
    public static void CollectGarbage()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }
}
