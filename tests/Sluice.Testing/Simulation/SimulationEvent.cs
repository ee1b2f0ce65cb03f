namespace Sluice.Testing.Simulation;

/// <summary>One line of a <see cref="SimulationTrace"/>; it is text only when printed.</summary>
internal readonly record struct SimulationEvent(long Ticks, string What, long A, long B, long C)
{
    public override string ToString() => $"{Ticks,12} {What} {A} {B} {C}";
}
