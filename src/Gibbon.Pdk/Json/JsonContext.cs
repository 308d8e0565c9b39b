using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Gibbon.Pdk;

/// <summary>How the kit itself writes JSON, without reflection.</summary>
[JsonSerializable(typeof(JsonNode))]
sealed partial class JsonContext : JsonSerializerContext;
