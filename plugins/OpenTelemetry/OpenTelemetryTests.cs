using System.Text.Json.Nodes;
using Gibbon.Plugins.Telemetry;
using Gibbon.Testing;

namespace Gibbon.Plugins.OpenTelemetry;

public sealed class OpenTelemetryTests
{
    static readonly Dictionary<string, string> Traced = new() { ["tracing_instrumentations"] = "all", ["tracing_sampling_rate"] = "1" };

    [Fact]
    public async Task Without_tracing_the_trace_is_passed_on_and_nothing_is_sent()
    {
        await using var collector = FakeUpstream.Start(UpstreamAnswer.Text(""));
        await using var upstream = FakeUpstream.Start();
        await using var gateway = await Start(upstream, $"traces_endpoint: '{collector.Url}', http_response_header_for_traceid: X-Trace", []);

        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Add("traceparent", "00-0123456789abcdef0123456789abcdef-00f067aa0ba902b7-01");
        using var response = await gateway.Client.SendAsync(request);
        using var other = await gateway.Client.GetAsync("/");

        Assert.Matches("^00-0123456789abcdef0123456789abcdef-(?!00f067aa0ba902b7)[0-9a-f]{16}-00$", upstream.Requests[0].Header("traceparent"));
        Assert.Equal("0123456789abcdef0123456789abcdef", response.Header("X-Trace"));
        Assert.Matches("^00-[0-9a-f]{32}-[0-9a-f]{16}-00$", upstream.Requests[1].Header("traceparent"));
        Assert.Empty(collector.Requests);
    }

    [Fact]
    public async Task The_service_is_told_of_the_attempts_span()
    {
        await using var collector = FakeUpstream.Start(UpstreamAnswer.Text(""));
        await using var upstream = FakeUpstream.Start();
        await using var gateway = await Start(upstream, $"traces_endpoint: '{collector.Url}', queue: {{max_coalescing_delay: 0}}", Traced);

        using var response = await gateway.Client.GetAsync("/");
        var spans = await SpansAsync(collector, "kong.balancer");

        var balancer = spans.Single(span => (string?)span["name"] == "kong.balancer");
        Assert.Equal($"00-{balancer["traceId"]}-{balancer["spanId"]}-01", upstream.Requests[0].Header("traceparent"));
    }

    [Fact]
    public async Task A_caller_that_does_not_sample_is_followed()
    {
        await using var collector = FakeUpstream.Start(UpstreamAnswer.Text(""));
        await using var upstream = FakeUpstream.Start();
        await using var gateway = await Start(upstream, $"traces_endpoint: '{collector.Url}', queue: {{max_coalescing_delay: 0}}", Traced);

        using var request = new HttpRequestMessage(HttpMethod.Get, "/quiet");
        request.Headers.Add("traceparent", "00-0123456789abcdef0123456789abcdef-00f067aa0ba902b7-00");
        using var quiet = await gateway.Client.SendAsync(request);
        using var loud = await gateway.Client.GetAsync("/loud");
        var spans = await SpansAsync(collector, "kong.balancer");

        Assert.EndsWith("-00", upstream.Requests[0].Header("traceparent"), StringComparison.Ordinal);
        Assert.DoesNotContain(spans, span => (string?)span["traceId"] == "0123456789abcdef0123456789abcdef");
    }

    [Fact]
    public async Task The_plugins_rate_wins_over_that_of_the_gateway()
    {
        await using var collector = FakeUpstream.Start(UpstreamAnswer.Text(""));
        await using var upstream = FakeUpstream.Start();
        await using var gateway = await Start(upstream, $"traces_endpoint: '{collector.Url}', sampling_rate: 0", Traced);

        using var response = await gateway.Client.GetAsync("/");

        Assert.EndsWith("-00", upstream.Requests[0].Header("traceparent"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lines_of_the_log_are_sent_with_their_request()
    {
        await using var collector = FakeUpstream.Start(UpstreamAnswer.Text(""));
        await using var upstream = FakeUpstream.Start();
        await using var gateway = await Start(
            upstream,
            $"logs_endpoint: '{collector.Url}', traces_endpoint: '{collector.Url}/traces', headers: {{X-Token: t}}, resource_attributes: {{service.name: edge}}, "
            + "queue: {max_coalescing_delay: 0}",
            Traced);

        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.TryAddWithoutValidation("traceparent", "nonsense");
        using var response = await gateway.Client.SendAsync(request);
        var (record, resource, sent) = await RecordAsync(collector, "invalid W3C traceparent header; ignoring.");

        Assert.Equal<(string?, long?)>(("WARN", 13), ((string?)record["severityText"], (long?)record["severityNumber"]));
        Assert.Equal(response.Header("X-Kong-Request-Id"), (string?)Attributes(record)["request.id"]!["stringValue"]);
        Assert.Equal("TraceFormat.cs", (string?)Attributes(record)["introspection.source"]!["stringValue"]);
        Assert.Equal("edge", (string?)Attributes(resource)["service.name"]!["stringValue"]);
        Assert.Equal(upstream.Requests[0].Header("traceparent")![3..35], (string?)record["traceId"]);
        Assert.Equal("t", sent.Header("X-Token"));
    }

    [Fact]
    public async Task A_collector_that_refuses_is_asked_again()
    {
        var answers = 0;
        await using var collector = FakeUpstream.Start(_ => UpstreamAnswer.Text("no", Interlocked.Increment(ref answers) == 1 ? 503 : 200));
        await using var upstream = FakeUpstream.Start();
        await using var gateway = await Start(upstream, $"endpoint: '{collector.Url}'", Traced);

        using var response = await gateway.Client.GetAsync("/");
        var first = await collector.NextRequestAsync();
        var second = await collector.NextRequestAsync();

        Assert.Equal(first.Body.ToArray(), second.Body.ToArray());
        await gateway.LoggedAsync("[otel] response error: 503, body: no");
    }

    static JsonObject Attributes(JsonNode holder) =>
        new(holder["attributes"]!.AsArray().Select(item => KeyValuePair.Create((string)item!["key"]!, (JsonNode?)item["value"]!.DeepClone())));

    static async Task<List<JsonNode>> SpansAsync(FakeUpstream collector, string until)
    {
        var spans = new List<JsonNode>();
        while (spans.All(span => (string?)span["name"] != until))
            spans.AddRange(OtlpReader.Traces((await collector.NextRequestAsync()).Body.Span)["resourceSpans"]![0]!["scopeSpans"]![0]!["spans"]!.AsArray()!);

        return spans;
    }

    static async Task<(JsonNode Record, JsonNode Resource, ReceivedRequest Sent)> RecordAsync(FakeUpstream collector, string message)
    {
        while (true)
        {
            var request = await collector.NextRequestAsync();
            if (request.Target == "/traces")
                continue;

            var logs = OtlpReader.Logs(request.Body.Span)["resourceLogs"]![0]!;
            foreach (var record in logs["scopeLogs"]![0]!["logRecords"]!.AsArray())
                if ((string?)record!["body"]!["stringValue"] == message)
                    return (record, logs["resource"]!, request);
        }
    }

    static Task<TestGateway> Start(FakeUpstream upstream, string config, Dictionary<string, string> settings) => TestGateway.StartAsync(
        $$$"""
        _format_version: "3.0"
        services: [{url: '{{{upstream.Url}}}', routes: [{paths: [/]}]}]
        plugins: [{name: opentelemetry, config: { {{{config}}} } }]
        """,
        settings);
}
