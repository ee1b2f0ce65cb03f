namespace Sluice.Tool.Tests.Soak;

/// <summary>
/// Soaks run when no other test does: a stray connection of another test to the port that a soaked
/// server happens to get would be taken for one that it has lost.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class SoakCollection
{
    public const string Name = "soak";
}
