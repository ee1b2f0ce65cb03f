using System.Text.Json.Serialization;

namespace Sluice.Tool.Load;

/// <summary>The serializer of <see cref="LoadReport"/>, made by the compiler.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LoadReport))]
internal sealed partial class LoadReportJson : JsonSerializerContext;
