using System.Net;
using System.Text.Json.Nodes;
using Gibbon.Testing;

namespace Gibbon.Tests.Admin.Traffic;

public sealed class TrafficTests
{
    private static readonly Dictionary<string, string> Recording = new() { ["traffic_recording"] = "on" };

    [Fact]
    public async Task Nothing_is_recorded_until_it_is_turned_on_and_nothing_more_once_it_is_off()
    {
        await using Scene scene = await Scene.StartAsync();
        await scene.GetAsync("/shop/before");
        Assert.False((bool)(await scene.AskAsync("/traffic"))["enabled"]!);

        await scene.ChangeAsync("""{"enabled": true}""");
        await scene.GetAsync("/shop/while");
        await scene.RecordedAsync("path=while");
        await scene.ChangeAsync("""{"enabled": false}""");
        await scene.GetAsync("/shop/after");

        // The pipeline counts a request after it would have recorded it.
        await scene.CountedAsync(3);
        JsonArray data = (await scene.AskAsync("/traffic"))["data"]!.AsArray();
        Assert.Equal("/shop/while", Assert.Single(data)!["request"]!["path"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_request_is_told_with_what_it_met_and_where_its_time_went()
    {
        await using Scene scene = await Scene.StartAsync(Recording);
        using HttpResponseMessage answer = await scene.GetAsync("/shop/1?color=red", ("apikey", "annas-key"), ("User-Agent", "tester"), ("Cookie", "session=hush"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        JsonNode one = await scene.RecordedAsync("path=/shop/1");

        Assert.Equal(answer.Headers.GetValues("X-Kong-Request-Id").Single(), (string?)one["id"]);
        Assert.Equal(("GET", "HTTP/1.1", "/shop/1?color=red"), ((string?)one["request"]!["method"], (string?)one["request"]!["protocol"], (string?)one["request"]!["path"]));
        Assert.Equal(("200", "service"), (one["response"]!["status"]!.ToString(), (string?)one["source"]));
        Assert.Equal(("shop", "orders", "anna", "pool"), (Name(one, "route"), Name(one, "service"), Name(one, "consumer"), Name(one, "upstream")));
        JsonNode attempt = Assert.Single(one["tries"]!.AsArray())!;
        Assert.Equal($"127.0.0.1:{scene.Upstream.Port}", (string?)attempt["target"]!["name"]);
        JsonNode latencies = one["latencies"]!;
        Assert.True((double)latencies["request"]! >= (double)latencies["kong"]! && (double)latencies["proxy"]! >= 0, latencies.ToJsonString());
        Assert.Superset(new HashSet<string> { "access", "balancer", "header_filter", "log" }, latencies["phases"]!.AsArray().Select(static phase => (string)phase!["name"]!).ToHashSet());
        Assert.Contains(latencies["plugins"]!.AsArray(), static plugin => (string?)plugin!["name"] == "key-auth" && (string?)plugin["phase"] == "access");
        Assert.Equal(["user-agent"], one["request"]!["headers"]!.AsObject().Select(static header => header.Key));
        Assert.DoesNotContain("hush", one.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("annas-key", one.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal((string?)one["id"], (string?)(await scene.AskAsync($"/traffic/{one["id"]}"))["id"]);
    }

    [Fact]
    public async Task A_plugin_that_answers_in_the_services_place_is_named()
    {
        await using Scene scene = await Scene.StartAsync(Recording);
        await scene.GetAsync("/shop/nobody");

        JsonNode one = await scene.RecordedAsync("path=nobody");

        Assert.Equal(("401", "exit", "key-auth"), (one["response"]!["status"]!.ToString(), (string?)one["source"], (string?)one["answered_by"]));
        Assert.Empty(one["tries"]!.AsArray());
        Assert.Null(one["consumer"]);
    }

    [Theory]
    [InlineData("/x?apikey=hush-hush", "/x?apikey=REDACTED")]
    [InlineData("/x?shop_pass=hush-hush&color=red", "/x?shop_pass=REDACTED&color=red")]
    [InlineData("/x?ACCESS_TOKEN=hush-hush", "/x?ACCESS_TOKEN=REDACTED")]
    [InlineData("/x?my%20secr%65t=hush-hush", "/x?my%20secret=REDACTED")]
    [InlineData("/x?note=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.hush-hush", "/x?note=REDACTED")]
    [InlineData("/x/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.hush-hush/y", "/x/REDACTED/y")]
    [InlineData("/x?member-card=hush-hush", "/x?member-card=REDACTED")]
    [InlineData("/x?color=&key=hush-hush&b", "/x?color=&key=REDACTED&b")]
    public async Task Credentials_are_taken_out_of_the_path(string sent, string kept)
    {
        await using Scene scene = await Scene.StartAsync(Recording);
        await scene.GetAsync(sent);

        JsonNode one = await scene.RecordedAsync("path=/x");

        Assert.Equal(kept, (string?)one["request"]!["path"]);
        Assert.DoesNotContain("hush", (await scene.AskAsync("/traffic")).ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_newest_are_kept_and_who_asks_for_what_is_new_gets_that_alone()
    {
        await using Scene scene = await Scene.StartAsync(new Dictionary<string, string> { ["traffic_recording"] = "on", ["traffic_recording_size"] = "3" });
        for (int i = 1; i <= 5; i++)
        {
            await scene.GetAsync($"/n/{i}");
            await scene.RecordedAsync($"path=/n/{i}");
        }

        JsonNode all = await scene.AskAsync("/traffic");
        JsonNode fresh = await scene.AskAsync("/traffic?since=4");

        Assert.Equal(["/n/5", "/n/4", "/n/3"], Paths(all));
        Assert.Equal(5, (long)all["last"]!);
        Assert.Equal(["/n/5"], Paths(fresh));
        Assert.Equal(["/n/5"], Paths(await scene.AskAsync("/traffic?size=1")));

        await scene.ChangeAsync("""{"size": 2}""");
        Assert.Equal(["/n/5", "/n/4"], Paths(await scene.AskAsync("/traffic")));
        using HttpResponseMessage forgotten = await scene.Gateway.Admin.DeleteAsync("/traffic");
        Assert.Equal(HttpStatusCode.NoContent, forgotten.StatusCode);
        Assert.Empty(Paths(await scene.AskAsync("/traffic")));
        await scene.GetAsync("/n/6");
        Assert.Equal(6, (long)(await scene.RecordedAsync("path=/n/6"))["number"]!);
    }

    [Fact]
    public async Task Filters_find_requests_by_what_they_were_and_what_they_met()
    {
        await using Scene scene = await Scene.StartAsync(Recording);
        await scene.GetAsync("/shop/1", ("apikey", "annas-key"));
        await scene.RecordedAsync("path=/shop/1");
        await scene.GetAsync("/nowhere");
        await scene.RecordedAsync("path=/nowhere");

        foreach (string filter in new[] { "status=200", "status=2xx", "route=shop", "service=orders", "consumer=anna", "source=service" })
        {
            Assert.Equal(["/shop/1"], Paths(await scene.AskAsync("/traffic?" + filter)));
        }

        Assert.Equal(["/nowhere"], Paths(await scene.AskAsync("/traffic?status=4xx&method=get&host=127")));
        Assert.Empty(Paths(await scene.AskAsync("/traffic?method=POST")));
    }

    [Fact]
    public async Task Rates_say_how_much_goes_where()
    {
        await using Scene scene = await Scene.StartAsync(Recording);
        for (int i = 0; i < 4; i++)
        {
            await scene.GetAsync($"/shop/{i}", ("apikey", "annas-key"));
            await scene.RecordedAsync($"path=/shop/{i}");
        }

        JsonNode rates = await scene.AskAsync("/traffic/rates");

        double seconds = (double)rates["seconds"]!;
        JsonNode one = await scene.RecordedAsync("path=/shop/0");
        foreach ((string kind, string? id) in new[]
        {
            ("routes", (string?)one["route"]!["id"]), ("services", (string?)one["service"]!["id"]), ("upstreams", (string?)one["upstream"]!["id"]),
            ("targets", (string?)one["tries"]![0]!["target"]!["id"]), ("consumers", (string?)one["consumer"]!["id"]),
        })
        {
            JsonNode rate = rates[kind]![id!]!;
            Assert.InRange((double)rate["per_second"]! * seconds, 3.5, 4.5);
            Assert.Equal(0, (double)rate["errors_per_second"]!);
            Assert.True((double)rate["latency"]! > 0);
        }
    }

    [Fact]
    public async Task A_sample_stands_for_all()
    {
        await using Scene scene = await Scene.StartAsync(new Dictionary<string, string> { ["traffic_recording"] = "on", ["traffic_recording_sample_rate"] = "0" });
        for (int i = 0; i < 20; i++)
        {
            await scene.GetAsync("/nowhere");
        }

        await scene.CountedAsync(20);
        Assert.Empty(Paths(await scene.AskAsync("/traffic")));
        JsonNode changed = await scene.ChangeAsync("""{"sample_rate": 0.5}""");
        Assert.Equal(0.5, (double)changed["sample_rate"]!);
        for (int i = 0; i < 200; i++)
        {
            await scene.GetAsync("/nowhere");
        }

        // Half of two hundred; all or none of them would be a chance of one in 10^60.
        await scene.CountedAsync(220);
        Assert.InRange(Paths(await scene.AskAsync("/traffic?size=1000")).Length, 1, 199);
    }

    [Fact]
    public async Task Every_request_is_counted_recorded_or_not()
    {
        await using Scene scene = await Scene.StartAsync();
        await scene.GetAsync("/shop/1", ("apikey", "annas-key"));
        await scene.GetAsync("/shop/1");
        await scene.GetAsync("/nowhere");

        JsonNode totals = await scene.CountedAsync(3);

        Assert.Equal((1, 2), ((int)totals["statuses"]!["2xx"]!, (int)totals["statuses"]!["4xx"]!));
        JsonArray buckets = totals["latencies"]!["request"]!.AsArray();
        Assert.Equal(3, buckets.Sum(static bucket => (int)bucket!["count"]!));
        Assert.All(buckets, static bucket => Assert.InRange((double)bucket!["up_to"]!, 0.001, 120_000));
        Assert.Equal(1, totals["latencies"]!["kong"]!.AsArray().Sum(static bucket => (int)bucket!["count"]!));
    }

    [Theory]
    [InlineData("""{"enabled": "perhaps"}""", "enabled: expected a boolean")]
    [InlineData("""{"sample_rate": 2}""", "sample_rate: value should be between 0 and 1")]
    [InlineData("""{"size": 0}""", "size: value should be between 1 and 10000")]
    [InlineData("""{"colour": 1}""", "colour: unknown field")]
    public async Task What_makes_no_sense_is_refused_and_changes_nothing(string body, string message)
    {
        await using Scene scene = await Scene.StartAsync();
        using HttpRequestMessage request = new(HttpMethod.Patch, "/traffic/recording") { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
        using HttpResponseMessage answer = await scene.Gateway.Admin.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(message, (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["message"]);
        Assert.False((bool)(await scene.AskAsync("/traffic/recording"))["enabled"]!);
    }

    [Fact]
    public async Task What_is_recorded_outlives_a_reload()
    {
        await using Scene scene = await Scene.StartAsync();
        await scene.ChangeAsync("""{"enabled": true}""");
        await scene.GetAsync("/nowhere");
        await scene.RecordedAsync("path=/nowhere");

        await scene.Gateway.ReloadAsync(scene.Configuration, new Dictionary<string, string> { ["log_level"] = "info" });

        Assert.Equal(["/nowhere"], Paths(await scene.AskAsync("/traffic")));
        Assert.True((bool)(await scene.AskAsync("/traffic"))["enabled"]!);
    }

    private static string? Name(JsonNode request, string kind) => (string?)request[kind]?["name"];

    private static string[] Paths(JsonNode answer) => [.. answer["data"]!.AsArray().Select(static one => (string)one!["request"]!["path"]!)];

    private sealed class Scene : IAsyncDisposable
    {
        private Scene(FakeUpstream upstream, TestGateway gateway, string configuration) => (Upstream, Gateway, Configuration) = (upstream, gateway, configuration);

        public FakeUpstream Upstream { get; }

        public TestGateway Gateway { get; }

        public string Configuration { get; }

        public static async Task<Scene> StartAsync(IReadOnlyDictionary<string, string>? settings = null)
        {
            FakeUpstream upstream = FakeUpstream.Start();
            string configuration = $$"""
                _format_version: "3.0"
                services:
                - name: orders
                  url: http://pool/
                  routes: [{name: shop, paths: [/shop]}]
                  plugins:
                  - name: key-auth
                    config: {key_names: [apikey, member-card]}
                upstreams:
                - name: pool
                  targets: [{target: "127.0.0.1:{{upstream.Port}}"}]
                consumers:
                - username: anna
                  keyauth_credentials: [{key: annas-key}]
                """;
            return new Scene(upstream, await TestGateway.StartAsync(configuration, settings), configuration);
        }

        public async Task<HttpResponseMessage> GetAsync(string path, params (string Name, string Value)[] headers)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, path);
            foreach ((string name, string value) in headers)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }

            return await Gateway.Client.SendAsync(request);
        }

        public async Task<JsonNode> AskAsync(string path) => JsonNode.Parse(await Gateway.Admin.GetStringAsync(path))!;

        public async Task<JsonNode> ChangeAsync(string body)
        {
            using HttpRequestMessage request = new(HttpMethod.Patch, "/traffic/recording") { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
            using HttpResponseMessage answer = await Gateway.Admin.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        }

        /// <summary>The newest request that a filter finds: recorded a moment after its answer went.</summary>
        public async Task<JsonNode> RecordedAsync(string filter)
        {
            for (int attempt = 0; attempt < 1200; attempt++)
            {
                if ((await AskAsync("/traffic?" + filter))["data"] is JsonArray { Count: > 0 } found)
                {
                    return found[0]!;
                }

                await Task.Delay(50);
            }

            throw new TimeoutException($"no request with {filter} was recorded");
        }

        /// <summary>The totals, once they are of as many requests.</summary>
        public async Task<JsonNode> CountedAsync(int requests)
        {
            for (int attempt = 0; attempt < 1200; attempt++)
            {
                JsonNode totals = await AskAsync("/traffic/totals");
                if (totals["statuses"]!.AsObject().Sum(static status => (int)status.Value!) == requests)
                {
                    return totals;
                }

                await Task.Delay(50);
            }

            throw new TimeoutException($"{requests} requests were not counted");
        }

        public async ValueTask DisposeAsync()
        {
            await Gateway.DisposeAsync();
            await Upstream.DisposeAsync();
        }
    }
}
