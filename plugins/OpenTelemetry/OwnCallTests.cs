using System.Text.Json.Nodes;
using Gibbon.Pdk;
using Gibbon.Plugins.Telemetry;
using Gibbon.Testing;

namespace Gibbon.Plugins.OpenTelemetry;

/// <summary>Spans of what a request asks of the database and of others (<c>db_query</c>, <c>http_client</c>).</summary>
public sealed class OwnCallTests
{
    [Theory]
    [InlineData("db_query", "kong")]
    [InlineData("db_query,plugin_access", "kong.access.plugin.key-auth")]
    [InlineData("all", "kong.access.plugin.key-auth")]
    public async Task A_credential_that_is_looked_up_is_a_query_of_the_request(string instrumentations, string parent)
    {
        await using var collector = FakeUpstream.Start(UpstreamAnswer.Text(""));
        await using var scene = await DatabaseScene.StartAsync(Settings(instrumentations));
        await scene.PostAsync("/consumers", new JsonObject { ["username"] = "bob" });
        await scene.PostAsync("/consumers/bob/key-auth", new JsonObject { ["key"] = "s3cret-key" });
        await scene.PostAsync("/plugins", new JsonObject { ["name"] = "key-auth" });
        await scene.PostAsync("/plugins", new JsonObject
        {
            ["name"] = "opentelemetry", ["config"] = new JsonObject { ["traces_endpoint"] = collector.Url, ["queue"] = new JsonObject { ["max_coalescing_delay"] = 0 } },
        });

        using (var first = await scene.SendAsync("GET", "/first", null, ("apikey", "s3cret-key")))
            Assert.Equal(200, (int)first.StatusCode);
        var spans = await SpansAsync(scene.Gateway, collector, "/first");
        var queries = spans.FindAll(span => (string?)span["name"] == "kong.database.query");

        Assert.All(queries, query =>
        {
            Assert.Equal(1, (long)query["kind"]!);
            Assert.Equal("sqlite", Attribute(query, "db.system"));
            Assert.True(query["endTimeUnixNano"] is not null);
            Assert.Equal(parent, (string?)spans.Single(span => (string?)span["spanId"] == (string?)query["parentSpanId"])["name"]);
            Assert.DoesNotContain("s3cret-key", query.ToJsonString(), StringComparison.Ordinal);
        });
        Assert.Contains(queries, query => Attribute(query, "db.statement")!.Contains("\"keyauth_credentials\"", StringComparison.Ordinal));
        Assert.Contains(queries, query => Attribute(query, "db.statement")!.Contains("\"consumers\"", StringComparison.Ordinal));

        // Now both are known, and nobody asks.
        using (var second = await scene.SendAsync("GET", "/second", null, ("apikey", "s3cret-key")))
            Assert.Equal(200, (int)second.StatusCode);
        Assert.DoesNotContain(await SpansAsync(scene.Gateway, collector, "/second"), span => (string?)span["name"] == "kong.database.query");
    }

    [Fact]
    public async Task What_a_plugin_sends_is_a_step_of_the_request_it_sends_it_for()
    {
        await using var other = FakeUpstream.Start(UpstreamAnswer.Text("there", 202));
        var caller = new CallerPlugin { OnAccess = static (plugin, context) => plugin.Calls.ContainsKey(context.Request.Path) ? plugin.SendAsync(context.Request.Path) : default };
        caller.Calls["/good"] = () => new HttpRequestMessage(HttpMethod.Put, $"http://user:word@127.0.0.1:{other.Port}/there?x=1") { Headers = { { "User-Agent", "caller/1 (test)" } } };
        caller.Calls["/bad"] = static () => new HttpRequestMessage(HttpMethod.Get, "http://127.0.0.1:1/nobody");
        await using var collector = FakeUpstream.Start(UpstreamAnswer.Text(""));
        await using var upstream = FakeUpstream.Start();
        await using var gateway = await StartAsync(upstream, collector, "http_client,plugin_access", caller);

        (await gateway.Client.GetAsync("/good")).Dispose();
        var spans = await SpansAsync(gateway, collector, "/good");
        var call = spans.Single(span => (string?)span["name"] == "kong.internal.request");
        Assert.Equal(3, (long)call["kind"]!);
        Assert.Equal("kong.access.plugin.caller", (string?)spans.Single(span => (string?)span["spanId"] == (string?)call["parentSpanId"])["name"]);
        Assert.Equal(
            [$"http://127.0.0.1:{other.Port}/there?x=1", "PUT", "1.1", "caller/1 (test)", "202", null],
            new[] { "http.url", "http.method", "http.flavor", "http.user_agent", "http.status_code", "http.proxy" }.Select(name => Attribute(call, name)));

        (await gateway.Client.GetAsync("/bad")).Dispose();
        var failed = (await SpansAsync(gateway, collector, "/bad")).Single(span => (string?)span["name"] == "kong.internal.request");
        Assert.Equal("exception", (string?)failed["events"]![0]!["name"]);
        Assert.Null(Attribute(failed, "http.status_code"));
    }

    [Theory]
    [InlineData("off")]
    [InlineData("request,router,plugin_access")]
    public async Task Who_does_not_ask_for_them_has_none(string instrumentations)
    {
        await using var other = FakeUpstream.Start();
        var followed = new List<IDisposable?>();
        var names = new List<string>();
        var caller = new CallerPlugin
        {
            OnAccess = async (plugin, context) =>
            {
                followed.Add(context.Tracing.Follow());
                await plugin.SendAsync("/");
                followed.Add(context.Tracing.Follow());
                names.AddRange(context.Tracing.Spans.Select(static span => span.Name));
            },
        };
        caller.Calls["/"] = () => new HttpRequestMessage(HttpMethod.Get, other.Url);
        await using var upstream = FakeUpstream.Start();
        await using var gateway = await StartAsync(upstream, other, instrumentations, caller);

        (await gateway.Client.GetAsync("/")).Dispose();

        Assert.Equal([null, null], followed);
        Assert.Equal(1, caller.Sent);
        Assert.DoesNotContain("kong.internal.request", names);
    }

    [Fact]
    public async Task What_outlives_its_request_is_nobodys_step()
    {
        var released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var slow = FakeUpstream.Start(new UpstreamAnswer
        {
            Writer = async (stream, cancellation) =>
            {
                await released.Task.WaitAsync(cancellation);
                await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), cancellation);
                return true;
            },
        });
        var left = Task.CompletedTask;
        var caller = new CallerPlugin
        {
            OnAccess = (plugin, context) =>
            {
                if (context.Request.Path == "/first")
                    left = TwiceAsync(plugin);
                return ValueTask.CompletedTask;
            },
        };
        caller.Calls["/slow"] = () => new HttpRequestMessage(HttpMethod.Get, slow.Url);
        await using var collector = FakeUpstream.Start(UpstreamAnswer.Text(""));
        await using var upstream = FakeUpstream.Start();
        await using var gateway = await StartAsync(upstream, collector, "http_client", caller);

        (await gateway.Client.GetAsync("/first")).Dispose();
        var first = await SpansAsync(gateway, collector, "/first");
        released.SetResult();
        await left.WaitAsync(TimeSpan.FromSeconds(60));
        (await gateway.Client.GetAsync("/second")).Dispose();
        var second = await SpansAsync(gateway, collector, "/second");

        Assert.Equal(2, caller.Sent);
        Assert.Null(Attribute(first.Single(span => (string?)span["name"] == "kong.internal.request"), "http.status_code"));
        Assert.Equal(["kong"], second.Select(static span => (string?)span["name"]));

        static async Task TwiceAsync(CallerPlugin plugin)
        {
            await plugin.SendAsync("/slow");
            await plugin.SendAsync("/slow");
        }
    }

    [Fact]
    public async Task What_a_plugin_sends_at_once_is_all_there()
    {
        await using var other = FakeUpstream.Start(UpstreamAnswer.Text("there"));
        var caller = new CallerPlugin { OnAccess = static async (plugin, _) => await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => plugin.SendAsync("/").AsTask())) };
        caller.Calls["/"] = () => new HttpRequestMessage(HttpMethod.Get, other.Url);
        await using var collector = FakeUpstream.Start(UpstreamAnswer.Text(""));
        await using var upstream = FakeUpstream.Start();
        await using var gateway = await StartAsync(upstream, collector, "http_client", caller);

        (await gateway.Client.GetAsync("/many")).Dispose();
        var calls = (await SpansAsync(gateway, collector, "/many")).FindAll(static span => (string?)span["name"] == "kong.internal.request");

        Assert.Equal(50, calls.Count);
        Assert.All(calls, static call => Assert.Equal("200", Attribute(call, "http.status_code")));
    }

    static Dictionary<string, string> Settings(string instrumentations) => new() { ["tracing_instrumentations"] = instrumentations, ["tracing_sampling_rate"] = "1" };

    static Task<TestGateway> StartAsync(FakeUpstream upstream, FakeUpstream collector, string instrumentations, Plugin plugin) => TestGateway.StartAsync(
        $$$"""
        _format_version: "3.0"
        services: [{url: '{{{upstream.Url}}}', routes: [{paths: [/]}]}]
        plugins: [{name: caller}, {name: opentelemetry, config: {traces_endpoint: '{{{collector.Url}}}/v1', queue: {max_coalescing_delay: 0} } }]
        """,
        Settings(instrumentations),
        [plugin]);

    static string? Attribute(JsonNode span, string name) => span["attributes"]?.AsArray().FirstOrDefault(item => (string?)item!["key"] == name)?["value"] is JsonObject value
        ? value.Select(static pair => pair.Value!.ToString()).Single()
        : null;

    // All spans of the request for a path. They come one by one, in their order: when those of a later request have begun, they are all there.
    static async Task<List<JsonNode>> SpansAsync(TestGateway gateway, FakeUpstream collector, string path)
    {
        var later = $"/after{path}";
        (await gateway.Client.GetAsync(later)).Dispose();
        var all = new List<JsonNode>();
        while (Root(all, later) is null)
            all.AddRange(OtlpReader.Traces((await collector.NextRequestAsync()).Body.Span)["resourceSpans"]![0]!["scopeSpans"]![0]!["spans"]!.AsArray()!);
        return all.FindAll(span => (string?)span["traceId"] == (string?)Root(all, path)!["traceId"]);
    }

    static JsonNode? Root(List<JsonNode> spans, string path) =>
        spans.Find(span => (string?)span["name"] == "kong" && new Uri(Attribute(span, "http.url")!).AbsolutePath == path);

    sealed record CallerConfig;

    /// <summary>A plugin that sends requests by a client of the gateway.</summary>
    sealed class CallerPlugin : Plugin<CallerConfig>
    {
        HttpMessageInvoker? client;
        int sent;

        public override string Name => "caller";

        public override int Priority => 500;

        public override string Version => "1.0.0";

        public Dictionary<string, Func<HttpRequestMessage>> Calls { get; } = [];

        public required Func<CallerPlugin, RequestContext, ValueTask> OnAccess { get; init; }

        public int Sent => Volatile.Read(ref sent);

        public override ValueTask InitWorkerAsync(PluginHost host)
        {
            client = host.Http.Get();
            return ValueTask.CompletedTask;
        }

        public override ValueTask AccessAsync(RequestContext context, CallerConfig config) => OnAccess(this, context);

        public async ValueTask SendAsync(string name)
        {
            using var request = Calls[name]();
            try
            {
                using var response = await client!.SendAsync(request, CancellationToken.None);
            }
            catch (HttpRequestException)
            {
                // Nobody is there; the span says so.
            }

            Interlocked.Increment(ref sent);
        }
    }
}
