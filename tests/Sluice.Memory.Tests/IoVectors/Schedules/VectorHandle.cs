namespace Sluice.Memory.Tests.IoVectors.Schedules;

/// <summary>A reference as the protocol sees it: the block and the generation.</summary>
internal readonly record struct VectorHandle(nint Block, ulong Generation);
