using System.Text.Json.Serialization;

namespace Sluice.Tool.Soak;

/// <summary>The serializer of <see cref="SoakResult"/>, made by the compiler.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(SoakResult))]
internal sealed partial class SoakResultJson : JsonSerializerContext;
