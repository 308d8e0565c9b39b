using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Gibbon.Plugins.Telemetry;

/// <summary>
/// Compares with what was recorded. In recordings <c>&lt;…&gt;</c> stands for what differs from run to run; sizes of responses contain times,
/// so they may differ by their digits.
/// </summary>
static class Likeness
{
    const int Digits = 8;

    static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Fails with every difference there is.</summary>
    /// <param name="recorded">What was recorded.</param>
    /// <param name="actual">What came now.</param>
    /// <param name="ids">What the recording's names of spans and traces stand for; grows.</param>
    public static void Assert(JsonNode? recorded, JsonNode? actual, Dictionary<string, string>? ids = null)
    {
        var differences = new List<string>();
        Compare("$", recorded, actual, differences, ids ?? []);
        Xunit.Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    /// <summary>Whether a text is like a recorded one.</summary>
    public static bool IsLike(string recorded, string actual)
    {
        var pattern = Regex.Replace(Regex.Escape(recorded), "<(ms|bytes|number)>", "[-0-9.e+:]*");
        pattern = Regex.Replace(pattern, "<uuid>", "[-0-9a-f]{36}");
        pattern = Regex.Replace(pattern, "<hex32>", "[0-9a-f]{32}");
        pattern = Regex.Replace(pattern, "<hex16>", "[0-9a-f]{16}");
        pattern = Regex.Replace(pattern, "<[A-Za-z]+(\\\\ )?[a-z0-9:\\\\ ]*>", "[^\"]+");
        return Regex.IsMatch(actual, $"^{pattern}$", RegexOptions.CultureInvariant);
    }

    static void Compare(string path, JsonNode? recorded, JsonNode? actual, List<string> differences, Dictionary<string, string> ids)
    {
        switch (recorded, actual)
        {
            case (JsonObject left, JsonObject right):
                foreach (var name in left.Select(item => item.Key).Union(right.Select(item => item.Key)))
                    if (!left.ContainsKey(name) || !right.ContainsKey(name))
                        differences.Add($"{path}.{name}: recorded {Text(left[name])}, actual {Text(right[name])}");
                    else
                        Compare($"{path}.{name}", left[name], right[name], differences, ids);
                break;
            case (JsonArray left, JsonArray right) when left.Count == right.Count:
                for (var i = 0; i < left.Count; i++)
                    Compare($"{path}[{i}]", left[i], right[i], differences, ids);
                break;
            case (null, null):
                break;
            case (JsonValue left, JsonValue right) when IsLike(path, left, right, ids):
                break;
            default:
                differences.Add($"{path}: recorded {Text(recorded)}, actual {Text(actual)}");
                break;
        }
    }

    static bool IsLike(string path, JsonValue recorded, JsonValue actual, Dictionary<string, string> ids)
    {
        var (left, right) = (Text(recorded), Text(actual));
        if (left.StartsWith("\"<span ", StringComparison.Ordinal) || left.StartsWith("\"<trace ", StringComparison.Ordinal))
            return ids.TryGetValue(left, out var known) ? known == right : ids.TryAdd(left, right) && ids.Values.Count(value => value == right) == 1;

        if (left == right || (left.Contains('<', StringComparison.Ordinal) && IsLike(left.Trim('"'), right.Trim('"'))))
            return true;

        // Ids that Kong drew at random.
        if (Guid.TryParse(left.Trim('"'), out var id) && Guid.TryParse(right.Trim('"'), out var otherId) && id.Version == 4 && otherId.Version == 4)
            return path.EndsWith(".id", StringComparison.Ordinal);

        if (double.TryParse(left, CultureInfo.InvariantCulture, out var number) && double.TryParse(right, CultureInfo.InvariantCulture, out var other))
            return number == other || (path.EndsWith(".response.size", StringComparison.Ordinal) && Math.Abs(number - other) <= Digits);

        return false;
    }

    static string Text(JsonNode? node) => node?.ToJsonString(Plain) ?? "nothing";
}
