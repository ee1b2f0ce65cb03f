namespace Sluice.Tool.Soak.Load;

/// <summary>How often an activity has ended, and how.</summary>
/// <param name="Name">The activity's.</param>
/// <param name="Completed">To its end, all checked.</param>
/// <param name="Broken">By a fault that was planned.</param>
/// <param name="Failed">By something else.</param>
internal sealed record ActivityReport(string Name, long Completed, long Broken, long Failed);
