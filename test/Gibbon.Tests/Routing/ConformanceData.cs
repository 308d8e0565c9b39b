using System.Text.Json;
using Gibbon.Recordings;

namespace Gibbon.Tests.Routing;

/// <summary>What was recorded of Kong, as elements.</summary>
internal static class ConformanceData
{
    public static JsonElement Read(string path) => JsonDocument.Parse(RecordedFiles.Read(path)).RootElement;
}
