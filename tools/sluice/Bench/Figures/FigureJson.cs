using System.Text.Json.Serialization;

namespace Sluice.Tool.Bench.Figures;

/// <summary>The serializer of figures by contender, made by the compiler.</summary>
[JsonSerializable(typeof(Dictionary<string, double>))]
internal sealed partial class FigureJson : JsonSerializerContext;
