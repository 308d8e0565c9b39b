using System.Text.Json.Nodes;
using Gibbon.Testing;

namespace Gibbon.Plugins.Zipkin;

public sealed class ZipkinTests
{
    [Fact]
    public async Task Tags_of_the_client_and_of_the_operator_are_on_the_requests_span()
    {
        await using var zipkin = FakeUpstream.Start(UpstreamAnswer.Text("", 202));
        await using var scene = await Start(zipkin, "http_span_name: method_path, static_tags: [{name: env, value: test}]");

        await scene.GetAsync("/a/b", ("Zipkin-Tags", "a=b; c = d e ;bad;=worse"));
        var span = await SpanAsync(zipkin, "SERVER");

        Assert.Equal("GET /a/b", (string?)span["name"]);
        Assert.Equal(("b", "d e", "test"), ((string?)span["tags"]!["a"], (string?)span["tags"]!["c"], (string?)span["tags"]!["env"]));
        await scene.LoggedAsync("Could not parse the following Zipkin tags: bad, =worse");
    }

    [Fact]
    public async Task What_the_request_says_of_itself_counts_before_what_the_operator_says()
    {
        await using var zipkin = FakeUpstream.Start(UpstreamAnswer.Text("", 202));
        await using var scene = await Start(zipkin, "static_tags: [{name: env, value: test}, {name: http.host, value: fixed}]");

        await scene.GetAsync("/", ("Zipkin-Tags", "env=mine;lc=other"));
        var span = await SpanAsync(zipkin, "SERVER");

        Assert.Equal(("mine", "other", "fixed"), ((string?)span["tags"]!["env"], (string?)span["tags"]!["lc"], (string?)span["tags"]!["http.host"]));
    }

    [Fact]
    public async Task Durations_may_be_tags()
    {
        await using var zipkin = FakeUpstream.Start(UpstreamAnswer.Text(""));
        await using var scene = await Start(zipkin, "phase_duration_flavor: tags");

        await scene.GetAsync("/");
        var proxy = await SpanAsync(zipkin, "CLIENT", "GET (proxy)");

        Assert.Null(proxy["annotations"]);
        Assert.All(
            (string[])["kong.access.duration_ms", "kong.header_filter.duration_ms", "kong.body_filter.duration_ms"],
            name => Assert.Matches("^[0-9]+$", (string?)proxy["tags"]![name]));
    }

    [Fact]
    public async Task The_response_may_name_the_trace_whose_id_may_be_short()
    {
        await using var zipkin = FakeUpstream.Start(UpstreamAnswer.Text(""));
        await using var scene = await Start(zipkin, "http_response_header_for_traceid: X-Trace, traceid_byte_count: 8");

        using var response = await scene.GetAsync("/");
        var span = await SpanAsync(zipkin, "SERVER");

        Assert.Matches("^[0-9a-f]{16}$", response.Header("X-Trace"));
        Assert.Equal(response.Header("X-Trace"), (string?)span["traceId"]);
        Assert.Equal("0000000000000000" + response.Header("X-Trace"), scene.Received.Header("x-b3-traceid"));
    }

    [Fact]
    public async Task What_is_not_sampled_is_passed_on_and_not_sent()
    {
        await using var zipkin = FakeUpstream.Start(UpstreamAnswer.Text(""));
        await using var scene = await Start(zipkin, "");

        await scene.GetAsync("/no", ("x-b3-sampled", "0"));
        Assert.Equal("0", scene.Received.Header("x-b3-sampled"));
        await scene.GetAsync("/yes");

        Assert.Equal("/yes", (string?)(await SpanAsync(zipkin, "SERVER"))["tags"]!["http.path"]);
    }

    [Fact]
    public async Task What_Zipkin_refuses_is_sent_again()
    {
        var answers = 0;
        await using var zipkin = FakeUpstream.Start(_ => UpstreamAnswer.Text("", Interlocked.Increment(ref answers) == 1 ? 503 : 200));
        await using var scene = await Start(zipkin, "");

        await scene.GetAsync("/");
        var first = await zipkin.NextRequestAsync();
        var second = await zipkin.NextRequestAsync();

        Assert.Equal(first.Text, second.Text);
        await scene.LoggedAsync("zipkin server responded unexpectedly: 503 ServiceUnavailable");
    }

    static async Task<JsonNode> SpanAsync(FakeUpstream zipkin, string kind, string? name = null)
    {
        while (true)
            foreach (var span in JsonNode.Parse((await zipkin.NextRequestAsync()).Text)!.AsArray())
                if ((string?)span!["kind"] == kind && (name is null || (string?)span["name"] == name))
                    return span;
    }

    static Task<Scene> Start(FakeUpstream zipkin, string config) =>
        Scene.StartAsync($"{{name: zipkin, config: {{http_endpoint: '{zipkin.Url}/spans', sample_ratio: 1, {config}}}}}");
}
