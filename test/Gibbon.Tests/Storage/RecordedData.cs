using System.Text.Json.Nodes;
using Gibbon.Recordings;

namespace Gibbon.Tests.Storage;

/// <summary>What was recorded of Kong, as nodes that a test may change.</summary>
internal static class RecordedData
{
    public static JsonNode Read(string path) => JsonNode.Parse(RecordedFiles.Read(path))!;
}
