namespace Sluice.Memory.Tests;

/// <summary>Tests that look at the whole process, and so run while no others do.</summary>
[CollectionDefinition(nameof(AloneCollection), DisableParallelization = true)]
public sealed class AloneCollection;
