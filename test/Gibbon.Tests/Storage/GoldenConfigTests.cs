using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage.Declarative;

namespace Gibbon.Tests.Storage;

/// <summary>The bodies sent to Kong's <c>/config</c> and its answers to those it refused.</summary>
public sealed class GoldenConfigTests
{
    public static TheoryData<string, string, bool, string> Refusals()
    {
        var data = new TheoryData<string, string, bool, string>();
        foreach (var scenario in RecordedData.Read("golden/dbless-config.json").AsArray())
        {
            foreach (var step in scenario!["steps"]!.AsArray())
            {
                var (request, expected) = (step!["request"]!, step["expect"]!);
                if ((string?)request["method"] == "POST" && ((string)request["path"]!).StartsWith("/config", StringComparison.Ordinal)
                    && (int?)expected["json"]?["code"] == 14)
                {
                    var body = (string?)request["body"] ?? request["json"]!["config"]!.ToString();
                    var isFlat = ((string)request["path"]!).Contains("flatten_errors", StringComparison.Ordinal);
                    data.Add((string)scenario["name"]!, body, isFlat, expected["json"]!.ToJsonString());
                }
            }
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public void What_Kong_refuses_is_refused_in_its_words(string scenario, string body, bool isFlat, string expected)
    {
        Assert.NotEmpty(scenario);
        var answer = Declarations.Refuse(body).ToBody(isFlat);
        Assert.Equal(Normal(JsonNode.Parse(expected)), Normal(JsonNode.Parse(ValueJson.Write(answer))));
    }

    /// <summary>Keys sorted, lists of flattened errors sorted, and what the recording leaves open cut out.</summary>
    static string Normal(JsonNode? node)
    {
        var text = new StringBuilder();
        Write(text, node, "");
        return Regex.Replace(text.ToString(), @"(invalid (?:certificate|key)): .*?(?=\\u0022|"")", "$1: …");
    }

    static void Write(StringBuilder text, JsonNode? node, string name)
    {
        switch (node)
        {
            case JsonObject map:
                var entries = map.OrderBy(static entry => entry.Key, StringComparer.Ordinal).Select(static entry => One(entry.Key, entry.Value));
                text.Append('{').AppendJoin(",\n", entries).Append('}');
                break;
            case JsonArray list:
                var items = list.Select(static item => One(null, item));
                text.Append('[').AppendJoin(",\n", name is "flattened_errors" or "errors" ? items.Order(StringComparer.Ordinal) : items).Append(']');
                break;
            default:
                text.Append(node?.ToJsonString() ?? "null");
                break;
        }
    }

    static string One(string? key, JsonNode? node)
    {
        var text = new StringBuilder(key is null ? "" : $"{key}: ");
        Write(text, node, key ?? "");
        return text.ToString();
    }
}
