using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gibbon.Recordings;

namespace Gibbon.Plugins.Shared.Propagation;

public sealed class PropagationTests
{
    const string SpanHex = "00f067aa0ba902b7";
    const string SpanDecimal = "67667974448284343";
    const string W3c = "00-0123456789abcdef0123456789abcdef-00f067aa0ba902b7-01";

    static readonly JsonObject Vectors = JsonNode.Parse(RecordedFiles.Read("vectors.json"))!["trace_headers"]!.AsObject();

    public static TheoryData<string> Formats => ["w3c", "b3", "jaeger", "ot", "datadog", "aws", "gcp"];

    public static TheoryData<string> WrittenFormats => [.. Formats.Select(row => row.Data), "b3-single"];

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task A_trace_is_read_in_every_format(string format)
    {
        await using var scene = await Start($"propagation: {{extract: [{format}], inject: [w3c], default_format: w3c}}, sample_ratio: 0");

        await scene.GetAsync("/", Headers(format));

        var traceId = format is "ot" or "datadog" ? "00000000000000000123456789abcdef" : "0123456789abcdef0123456789abcdef";
        Assert.Matches($"^00-{traceId}-(?!{SpanHex})[0-9a-f]{{16}}-01$", scene.Received.Header("traceparent"));
    }

    [Theory]
    [MemberData(nameof(WrittenFormats))]
    public async Task A_trace_is_written_in_every_format(string format)
    {
        await using var scene = await Start($"propagation: {{extract: [w3c], inject: [{format}], default_format: w3c}}, sample_ratio: 0");

        await scene.GetAsync("/", ("traceparent", W3c));

        foreach (var (name, value) in Headers(format))
        {
            var expected = format == "ot" && name == "ot-tracer-traceid" ? "0123456789abcdef0123456789abcdef" : value;
            var pattern = Regex.Escape(expected)
                .Replace(SpanHex, "[0-9a-f]{16}", StringComparison.Ordinal)
                .Replace(SpanDecimal, "[0-9]{1,20}", StringComparison.Ordinal)
                .Replace(":0:", ":[0-9a-f]{16}:", StringComparison.Ordinal);
            Assert.Matches($"^{pattern}(-[0-9a-f]{{16}})?$", scene.Received.Header(name));
        }
    }

    [Fact]
    public async Task The_format_that_was_found_is_written_again()
    {
        await using var scene = await Start("");

        await scene.GetAsync("/", ("b3", "80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-1-05e3ac9a4f6e3b90"));

        Assert.Matches("^80f198ee56343ba864fe8b2a57d3eff7-[0-9a-f]{16}-1-e457b5a2e4d86bd1$", scene.Received.Header("b3"));
        Assert.Null(scene.Received.Header("x-b3-traceid"));
    }

    [Fact]
    public async Task The_older_field_adds_a_format()
    {
        await using var scene = await Start("header_type: jaeger");

        await scene.GetAsync("/", ("traceparent", W3c));

        Assert.Matches("^00-0123456789abcdef0123456789abcdef-[0-9a-f]{16}-01$", scene.Received.Header("traceparent"));
        Assert.Matches("^0123456789abcdef0123456789abcdef:[0-9a-f]{16}:[0-9a-f]{16}:01$", scene.Received.Header("uber-trace-id"));
    }

    [Fact]
    public async Task What_the_client_says_may_be_ignored()
    {
        await using var scene = await Start("header_type: ignore, default_header_type: w3c");

        await scene.GetAsync("/", ("traceparent", W3c));

        Assert.Matches("^00-(?!0123456789abcdef)[0-9a-f]{32}-[0-9a-f]{16}-00$", scene.Received.Header("traceparent"));
    }

    [Fact]
    public async Task Headers_are_cleared_before_others_are_written()
    {
        await using var scene = await Start("propagation: {extract: [b3], clear: [b3, x-b3-traceid], inject: [w3c], default_format: w3c}");

        await scene.GetAsync("/", ("b3", "80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-1"), ("x-b3-traceid", "80f198ee56343ba864fe8b2a57d3eff7"));

        Assert.Null(scene.Received.Header("b3"));
        Assert.Null(scene.Received.Header("x-b3-traceid"));
        Assert.Matches("^00-80f198ee56343ba864fe8b2a57d3eff7-", scene.Received.Header("traceparent"));
    }

    [Fact]
    public async Task An_id_of_eight_bytes_keeps_its_size()
    {
        await using var scene = await Start("");

        await scene.GetAsync("/", ("x-b3-traceid", "0123456789abcdef"), ("x-b3-spanid", SpanHex), ("x-b3-sampled", "0"));

        Assert.Equal(("0123456789abcdef", "0"), (scene.Received.Header("x-b3-traceid"), scene.Received.Header("x-b3-sampled")));
    }

    [Fact]
    public async Task Baggage_goes_along()
    {
        await using var scene = await Start("propagation: {extract: [jaeger], inject: [ot], default_format: w3c}");

        await scene.GetAsync("/", ("uber-trace-id", $"0123456789abcdef:{SpanHex}:0:1"), ("uberctx-who", "a%20b"));

        Assert.Equal("a%20b", scene.Received.Header("ot-baggage-who"));
    }

    [Fact]
    public async Task Dashes_behind_the_span_may_be_missing()
    {
        await using var scene = await Start("sample_ratio: 0");
        foreach (var (rest, sampled) in ((string, string)[])[
            ("", ""), ("-", ""), ("1", "-1"), ("-d", "-d"), ("105e3ac9a4f6e3b90", "-1"), ("--05e3ac9a4f6e3b90", ""), ("-d5e3ac9a4f6e3b90", "")])
        {
            await scene.GetAsync("/", ("b3", "80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1" + rest));

            Assert.Matches($"^80f198ee56343ba864fe8b2a57d3eff7-[0-9a-f]{{16}}{sampled}-e457b5a2e4d86bd1$", scene.Received.Header("b3"));
        }
    }

    [Fact]
    public async Task Headers_that_say_nothing_leave_it_to_the_next_format()
    {
        await using var scene = await Start("propagation: {extract: [ot, w3c], inject: [preserve], default_format: b3}");

        await scene.GetAsync("/", ("ot-tracer-spanid", "nonsense"), ("traceparent", W3c));

        Assert.Matches("^00-0123456789abcdef0123456789abcdef-", scene.Received.Header("traceparent"));
        Assert.Equal("nonsense", scene.Received.Header("ot-tracer-spanid"));
    }

    [Theory]
    [InlineData("traceparent", "00-zz-00f067aa0ba902b7-01", "invalid W3C traceparent header; ignoring.")]
    [InlineData("traceparent", "01-0123456789abcdef0123456789abcdef-00f067aa0ba902b7-01", "invalid W3C Trace Context version; ignoring.")]
    [InlineData("traceparent", "00-00000000000000000000000000000000-00f067aa0ba902b7-01", "invalid W3C trace context trace ID; ignoring.")]
    [InlineData("traceparent", "00-0123456789abcdef0123456789abcdef-0000000000000000-01", "invalid W3C trace context parent ID; ignoring.")]
    [InlineData("traceparent", "00-0123456789abcdef0123456789abcdef-00f067aa0ba902b7-001", "invalid W3C trace context flags; ignoring.")]
    [InlineData("b3", "nonsense", "b3 single header invalid; ignoring.")]
    [InlineData("x-b3-traceid", "123", "x-b3-traceid header invalid; ignoring.")]
    [InlineData("x-b3-sampled", "maybe", "x-b3-sampled header invalid; ignoring.")]
    [InlineData("uber-trace-id", "1:2:3", "invalid jaeger uber-trace-id header; ignoring.")]
    [InlineData("uber-trace-id", "0:2:0:1", "invalid jaeger trace ID; ignoring.")]
    [InlineData("ot-tracer-traceid", "xyz", "ot-tracer-traceid header invalid; ignoring.")]
    [InlineData("x-datadog-trace-id", "-1", "x-datadog-trace-id header invalid; ignoring.")]
    [InlineData("x-datadog-sampling-priority", "7", "x-datadog-sampling-priority header invalid; ignoring.")]
    [InlineData("x-amzn-trace-id", "Root=1-2-3", "invalid aws header trace id; ignoring.")]
    [InlineData("x-cloud-trace-context", "abc/1", "invalid GCP header; ignoring.")]
    [InlineData("x-cloud-trace-context", "0123456789ABCDEF0123456789ABCDEF/1", "invalid GCP header; ignoring.")]
    public async Task What_is_wrong_is_told_and_not_used(string name, string value, string told)
    {
        await using var scene = await Start("");

        using var response = await scene.GetAsync("/", (name, value));

        Assert.Equal(200, (int)response.StatusCode);
        await scene.LoggedAsync(told);
    }

    static (string Name, string Value)[] Headers(string format) => [.. Vectors[format]!.AsObject().Select(header => (header.Key, (string)header.Value!))];

    static Task<Scene> Start(string config) => Scene.StartAsync($"{{name: zipkin, config: {{{config}}}}}");
}
