using System.Text.Json.Serialization;

namespace Sluice.Diagnostics;

/// <summary>Snapshots as JSON, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SluiceSnapshot))]
internal sealed partial class SnapshotJson : JsonSerializerContext;
