using System.Text.Json.Nodes;

namespace Gibbon.Plugins.Telemetry;

[Collection(nameof(RecordedTraffic))]
public sealed class RecordedTraceTests(RecordedTraffic traffic)
{
    [Fact]
    public void Traces_are_those_of_Kong()
    {
        // The ids of both plugins' spans refer to each other.
        var ids = new Dictionary<string, string>();
        Likeness.Assert(RecordedTraffic.Read("zipkin.json")["spans"], ZipkinSpans(), ids);
        Likeness.Assert(Spans(RecordedTraffic.Read("opentelemetry.json")["traces"]!.AsArray()), Spans(Requests("/otlp/v1/traces", OtlpReader.Traces)), ids);
    }

    [Fact]
    public void A_batch_says_who_sent_it()
    {
        var recorded = RecordedTraffic.Read("opentelemetry.json")["traces"]![0]!["decoded"]!["resourceSpans"]![0]!;
        var actual = OtlpReader.Traces(traffic.Collected.First(request => request.Target == "/otlp/v1/traces").Body.Span)["resourceSpans"]![0]!;

        Likeness.Assert(Attributes(recorded["resource"]!["attributes"]), Attributes(actual["resource"]!["attributes"]));
        Likeness.Assert(recorded["scopeSpans"]![0]!["scope"], actual["scopeSpans"]![0]!["scope"]);
    }

    [Fact]
    public void Collectors_are_asked_as_by_Kong()
    {
        var zipkin = traffic.Collected.First(request => request.Target == "/zipkin");
        var traces = traffic.Collected.First(request => request.Target == "/otlp/v1/traces");

        Assert.Equal(("POST", "application/json"), (zipkin.Method, zipkin.Header("Content-Type")));
        Assert.Equal(("POST", "application/x-protobuf"), (traces.Method, traces.Header("Content-Type")));
        Assert.All(traffic.Collected.Where(request => request.Target == "/zipkin"), request => Assert.Single(JsonNode.Parse(request.Text)!.AsArray()));
    }

    JsonArray ZipkinSpans() =>
        [.. traffic.Collected.Where(request => request.Target == "/zipkin").Select(request => JsonNode.Parse(traffic.Recorded(request.Text))![0]!.DeepClone())];

    JsonArray Requests(string path, Func<ReadOnlySpan<byte>, JsonObject> read) =>
        [.. traffic.Collected.Where(request => request.Target == path).Select(request => new JsonObject
        {
            ["decoded"] = JsonNode.Parse(traffic.Recorded(read(request.Body.Span).ToJsonString())),
        })];

    // The order of attributes is no promise.
    static JsonArray Spans(JsonArray requests)
    {
        var spans = new JsonArray();
        foreach (var span in requests.SelectMany(request => request!["decoded"]!["resourceSpans"]![0]!["scopeSpans"]![0]!["spans"]!.AsArray()))
        {
            var copy = span!.DeepClone();
            if (copy["attributes"] is { } attributes)
                copy["attributes"] = Attributes(attributes);

            spans.Add(copy);
        }

        return spans;
    }

    static JsonObject Attributes(JsonNode? attributes) =>
        new(attributes!.AsArray().Select(attribute => KeyValuePair.Create((string)attribute!["key"]!, (JsonNode?)attribute["value"]!.DeepClone())));
}
