using System.Text.Json.Nodes;

namespace Gibbon.Plugins.Telemetry;

[Collection(nameof(RecordedTraffic))]
public sealed class RecordedLogTests(RecordedTraffic traffic)
{
    public static TheoryData<string> Requests => [.. RecordedTraffic.Requests];

    public static TheoryData<string, string> Lines => new(
        from plugin in (string[])["tcp-log", "udp-log", "loggly", "syslog"]
        from request in RecordedTraffic.Requests
        select (plugin, request));

    [Theory]
    [MemberData(nameof(Requests))]
    public void The_entry_in_a_file_is_that_of_Kong(string request) => Likeness.Assert(
        RecordedTraffic.Read("file-log.json")["records"]![request],
        JsonNode.Parse(traffic.Received["file-log"][Array.IndexOf(RecordedTraffic.Requests, request)]));

    [Theory]
    [MemberData(nameof(Lines))]
    public void A_line_is_framed_as_by_Kong(string plugin, string request)
    {
        var recorded = RecordedTraffic.Read("line-logs.json")[plugin]!.AsArray().Single(line => (string?)line!["of"] == request)!;
        var line = traffic.Received[plugin][Array.IndexOf(RecordedTraffic.Requests, request)];
        var (before, after) = ((string)recorded["before"]!, (string)recorded["after"]!);
        var start = line.IndexOf('{', StringComparison.Ordinal);
        var end = line.LastIndexOf('}') + 1;
        var entry = JsonNode.Parse(line[start..end])!;

        Assert.True(Likeness.IsLike(before, line[..start]), line[..start]);
        Assert.Equal(after, line[end..]);
        Assert.Equal(recorded["record_keys"]!.AsArray().Select(key => (string?)key).Order(), entry.AsObject().Select(item => item.Key).Order());
        Assert.Equal(((string?)recorded["uri"], (int?)recorded["status"]), ((string?)entry["request"]!["uri"], (int?)entry["response"]!["status"]));
    }

    [Fact]
    public void Http_log_sends_what_Kong_sends()
    {
        foreach (var recorded in RecordedTraffic.Read("http-log.json")["http"]!.AsArray())
        {
            var place = Array.IndexOf(RecordedTraffic.Requests, (string)recorded!["of"]!);
            Likeness.Assert(recorded["body"], JsonNode.Parse(traffic.Received["http-log"][place]));
        }
    }

    [Fact]
    public void Statsd_sends_the_lines_of_Kong() => AssertLines("statsd");

    [Fact]
    public void Datadog_sends_the_lines_of_Kong() => AssertLines("datadog");

    // The order within a request is no promise; the sizes of responses contain times.
    void AssertLines(string plugin)
    {
        var actual = traffic.Received[plugin].ToList();
        var missing = new List<string>();
        foreach (var line in RecordedTraffic.Read($"{plugin}.json")["lines"]!.AsArray().Select(line => Relaxed((string)line!)))
        {
            var found = actual.FindIndex(candidate => Likeness.IsLike(line, candidate));
            if (found < 0)
                missing.Add(line);
            else
                actual.RemoveAt(found);
        }

        Assert.True(missing.Count == 0 && actual.Count == 0, $"missing:\n{string.Join('\n', missing)}\nunexpected:\n{string.Join('\n', actual)}");
    }

    static string Relaxed(string line) => line.Contains("response.size", StringComparison.Ordinal)
        ? System.Text.RegularExpressions.Regex.Replace(line, ":[0-9]+\\|", ":<bytes>|")
        : line;
}
