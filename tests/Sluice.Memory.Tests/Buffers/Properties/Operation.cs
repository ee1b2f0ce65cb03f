namespace Sluice.Memory.Tests.Buffers.Properties;

/// <summary>The same call on a buffer and on its model.</summary>
internal sealed record Operation(
    string Name,
    Func<PlatformBuffer, Arguments, object?> Actual,
    Func<BufferModel, Arguments, object?> Model);
