using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gibbon.Pdk;
using Gibbon.Tests.Dns;

namespace Gibbon.Tests.Streams;

/// <summary>Sessions over TCP, TLS and UDP as Kong 3.9 served them: what their clients saw, and what stood in the log.</summary>
public sealed partial class RecordedStreamTests(RecordedStreams streams) : IClassFixture<RecordedStreams>
{
    // Where we mean to do otherwise (docs/differences.md): a route of TLS is none for TCP and UDP, so these are served as without it.
    private static readonly Dictionary<string, string> Ours = new()
    {
        ["with_sni_routes: tcp route"] = "E:hello, open",
        ["with_sni_routes: tcp route to tls service"] = "E:hello, open",
        ["with_sni_routes: udp route"] = "E:hello",
    };

    public static TheoryData<string, int, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, int, string>();
            foreach (string list in (string[])["with_sni_routes", "without_sni_routes"])
            {
                foreach ((int index, JsonElement recorded) in Read("unverified/stream-cases.json").GetProperty(list).EnumerateArray().Index())
                {
                    cases.Add(list, index, recorded.GetProperty("case").GetString()!);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task The_client_sees_what_it_saw_of_Kong(string list, int index, string name)
    {
        JsonElement recorded = Read("unverified/stream-cases.json").GetProperty(list)[index];

        Assert.Equal(Ours.GetValueOrDefault($"{list}: {name}", RecordedStreams.Seen(recorded)), await streams.SeeAsync(list, recorded));
    }

    [Theory]
    [InlineData("tcp proxied", "tcp route", "t1")]
    [InlineData("tcp upstream refused, default 5 retries", "tcp dead upstream", "t4")]
    [InlineData("tcp in, TLS to upstream", "tcp route to tls service", "t6")]
    [InlineData("tcp route without service", "tcp no service", "t7")]
    [InlineData("tcp no route", "tcp no route", null)]
    [InlineData("udp no route", "udp no route", null)]
    [InlineData("tls terminated", "tls route without sni list, SNI given", "tls")]
    [InlineData("tls terminated, client without SNI", "tls route without sni list, no SNI", "tls")]
    public async Task The_log_has_the_record_that_Kong_made(string record, string name, string? route)
    {
        JsonElement recorded = Read("unverified/stream-cases.json").GetProperty("without_sni_routes").EnumerateArray()
            .Single(session => session.GetProperty("case").GetString() == name);
        await streams.SeeAsync("without_sni_routes", recorded);
        string expected = Comparable(JsonNode.Parse(Read("telemetry/stream-log.json").GetProperty("records").GetProperty(record).GetRawText())!);

        // Others' sessions are in the log as well; of two without a route, one is of UDP and has received something.
        await Wait.UntilAsync(() => Mine().Any());
        Assert.Equal(expected, Mine().First());

        IEnumerable<string> Mine() => streams.Records.Records.Select(static entry => JsonNode.Parse(Encoding.UTF8.GetString(ValueJson.Write(entry)))!)
            .Where(entry => (string?)entry["route"]?["name"] == route && (route is not null || (int)entry["session"]!["received"]! == (record[0] == 'u' ? 5 : 0)))
            .Select(Comparable);
    }

    // Names, ports, times and what else no two runs have in common are left out; fields stand in the order of their names.
    private static string Comparable(JsonNode node)
    {
        return Of(node, "").Replace("},", "},\n", StringComparison.Ordinal);

        static string Of(JsonNode? node, string name) => node switch
        {
            JsonObject map => "{" + string.Join(", ", map.OrderBy(static item => item.Key, StringComparer.Ordinal).Select(static item => $"{item.Key}: {Of(item.Value, item.Key)}")) + "}",
            JsonArray list => "[" + string.Join(", ", list.Select(item => Of(item, name))) + "]",
            _ when Varying().IsMatch(name) => "*",
            null => "null",
            _ => node.ToJsonString(),
        };
    }

    private static JsonElement Read(string file)
    {
        string directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Gibbon.slnx"))) directory = Path.GetDirectoryName(directory)!;
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(directory, "test/Conformance/data/recorded", file)));
        return document.RootElement.Clone();
    }

    [GeneratedRegex("^(id|ws_id|workspace|name|port|server_port|session|kong|started_at|created_at|updated_at|balancer_.*|version|cipher)$")]
    private static partial Regex Varying();
}
