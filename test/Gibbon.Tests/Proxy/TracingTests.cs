using Gibbon.Pdk;

namespace Gibbon.Tests.Proxy;

public sealed class TracingTests
{
    [Fact]
    public async Task A_traced_request_has_spans_for_its_steps()
    {
        var seen = new Seen<Span[]>();
        await using var scene = await PdkScene.StartAsync("/a", Settings("all", "1"), "", new ProbePlugin { OnLog = context => seen.Add([.. context.Tracing.Spans]) });

        await scene.GetRawAsync("/a?x=1");

        var spans = seen.Next();
        var root = spans[0];
        Assert.Equal(
            ["kong", "kong.rewrite.plugin.probe", "kong.router", "kong.access.plugin.probe", "kong.header_filter.plugin.probe", "kong.balancer"],
            spans.Select(static span => span.Name));
        Assert.Equal(SpanKind.Server, root.Kind);
        Assert.Equal(
            "GET http://a.test/a?x=1 a.test http 1.1 127.0.0.1 127.0.0.1 200 /a",
            string.Join(' ', new[] { "http.method", "http.url", "http.host", "http.scheme", "http.flavor", "http.client_ip", "net.peer.ip", "http.status_code", "http.route" }
                .Select(name => root.Attributes[name])));
        Assert.All(spans[1..], span => Assert.Equal((Hex(root.TraceId), Hex(root.SpanId)), (Hex(span.TraceId), Hex(span.ParentId))));
        Assert.All(spans, span => Assert.True(span.ShouldSample && span.EndTimeNs >= span.StartTimeNs && span.StartTimeNs >= root.StartTimeNs));
        var balancer = spans[^1];
        Assert.Equal((SpanKind.Client, 1L, "127.0.0.1", (long)scene.Upstream.Port),
            (balancer.Kind, balancer.Attributes["try_count"], balancer.Attributes["net.peer.ip"], balancer.Attributes["net.peer.port"]));
    }

    [Fact]
    public async Task Only_the_wanted_steps_become_spans()
    {
        var seen = new Seen<string[]>();
        await using var scene = await PdkScene.StartAsync(
            "/a", Settings("router", "0"), "", new ProbePlugin { OnLog = context => seen.Add([.. context.Tracing.Spans.Select(static span => $"{span.Name} {span.Status} {span.ShouldSample}")]) });

        await scene.GetRawAsync("/none");

        Assert.Equal(["kong Unset False", "kong.router Error False"], seen.Next());
    }

    [Fact]
    public async Task A_plugin_that_fails_leaves_it_in_its_span()
    {
        var seen = new Seen<Span[]>();
        await using var scene = await PdkScene.StartAsync("/", Settings("plugin_access", "1"), "", new ProbePlugin
        {
            OnAccess = static (_, _) => throw new InvalidOperationException("boom"),
            OnLog = context => seen.Add([.. context.Tracing.Spans]),
        });

        await scene.GetRawAsync("/");

        var recorded = Assert.Single(seen.Next().Single(static span => span.Name == "kong.access.plugin.probe").Events);
        Assert.Equal(("exception", "boom"), (recorded.Name, recorded.Attributes!["exception.message"]));
    }

    [Fact]
    public async Task Spans_of_plugins_belong_to_the_active_one_and_record_nothing_without_tracing()
    {
        var seen = new Seen<string>();
        var probe = new ProbePlugin
        {
            OnLog = context =>
            {
                var span = context.Tracing.StartSpan("mine");
                span.SetAttribute("k", "v");
                span.Finish();
                seen.Add($"{span.IsRecording} {span.Attributes.Count} {span.Parent?.Name} {context.Tracing.RootSpan?.Name} {context.Tracing.GetSamplingDecision(true, null)}");
            },
        };
        await using (var traced = await PdkScene.StartAsync("/", Settings("request", "1"), "", probe))
        {
            await traced.GetRawAsync("/");
            Assert.Equal("False 1 kong kong True", seen.Next());
        }

        await using var plain = await PdkScene.StartAsync(probe);
        await plain.GetRawAsync("/");
        Assert.Equal("False 0   False", seen.Next());
    }

    private static Dictionary<string, string> Settings(string instrumentations, string rate) =>
        new() { ["tracing_instrumentations"] = instrumentations, ["tracing_sampling_rate"] = rate };

    private static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexString(bytes.Span);
}
