namespace Sluice.Simulation.Tests.Contract.Sequences;

/// <summary>One step, the same on either kernel.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="UserData">Of the operation.</param>
/// <param name="Connection">Which connection, by the order of accepting; else unused.</param>
/// <param name="Number">A length, a buffer, a direction or another operation's user data.</param>
internal sealed record Step(StepKind Kind, ulong UserData, int Connection, int Number)
{
    /// <summary>The user data of an operation that there never was.</summary>
    public const int Nobody = 1;

    /// <summary>How many completions come for certain if time passes.</summary>
    public int CompletionsInTime => Kind switch
    {
        StepKind.Timeout => 1,
        StepKind.LinkedReceive => 2,
        StepKind.TimeoutUpdate => Number == Nobody ? 1 : 2,
        _ => 0,
    };
}
