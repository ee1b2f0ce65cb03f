using Sluice.Tool.Bench;

namespace Sluice.Tool.Soak;

/// <summary>All of one soak, as it is written.</summary>
/// <param name="Machine">Where it was.</param>
/// <param name="Started">When it began, in UTC.</param>
/// <param name="Command">The command's arguments.</param>
/// <param name="EndedEarly">Whether somebody ended it before its time.</param>
/// <param name="Servers">What each server did.</param>
internal sealed record SoakResult(
    MachineDescription Machine,
    DateTime Started,
    string Command,
    bool EndedEarly,
    IReadOnlyList<SoakServerResult> Servers)
{
    /// <summary>Whether no rule is broken by any.</summary>
    public bool IsPassed => Servers.All(static server => server.IsPassed);
}
