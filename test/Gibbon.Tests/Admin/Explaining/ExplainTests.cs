using System.Net;
using Gibbon.Pdk.Schemas;
using Gibbon.Testing;

namespace Gibbon.Tests.Admin.Explaining;

public sealed class ExplainTests
{
    private const string Configuration =
        """
        _format_version: "3.0"
        services:
        - name: orders
          host: pool
          path: /base
          routes:
          - name: exact
            hosts: [a.test]
            paths: [/orders]
            plugins:
            - name: rate-limiting
              instance_name: of-route
              config: {minute: 9, policy: local}
          - name: wide
            paths: [/orders]
          - name: other
            paths: [/other]
          - name: tls
            paths: [/tls]
            protocols: [https]
          - name: nowhere-near
            methods: [PURGE]
          plugins:
          - name: key-auth
        routes:
        - name: alone
          paths: [/alone]
        upstreams:
        - name: pool
          algorithm: consistent-hashing
          hash_on: header
          hash_on_header: x-key
          targets:
          - {target: '127.0.0.1:1001', weight: 100}
          - {target: '127.0.0.1:1002', weight: 300}
        consumers:
        - username: ann
          plugins:
          - name: rate-limiting
            instance_name: of-ann
            config: {minute: 5, policy: local}
        consumer_groups:
        - name: gold
        plugins:
        - name: rate-limiting
          instance_name: of-all
          config: {minute: 1, policy: local}
        - name: correlation-id
        """;

    [Fact]
    public async Task The_winner_the_runner_up_and_why_the_others_lost()
    {
        await using Scene scene = await Scene.StartAsync();
        ValueMap answer = await scene.ExplainAsync(new() { ["host"] = "a.test", ["path"] = "/orders/7?x=1" });
        Assert.Equal(("exact", "wide"), (answer.GetMap("route")!.GetString("name"), answer.GetMap("runner_up")!.GetString("name")));
        ValueMap routes = answer.GetMap("routes")!;
        Assert.Equal((6L, 2L), (routes["total"], routes["matching"]));
        Dictionary<string, ValueMap> candidates = routes.GetList("candidates")!.OfType<ValueMap>().ToDictionary(static one => one.GetString("name")!);
        Assert.Equal(["exact", "wide"], routes.GetList("candidates")!.OfType<ValueMap>().Take(2).Select(static one => one.GetString("name")));
        Assert.True((bool)candidates["exact"]["wins"]!);
        Assert.Contains("lower priority", candidates["wide"].GetString("reason"), StringComparison.Ordinal);
        Assert.Contains("/other", candidates["other"].GetString("reason"), StringComparison.Ordinal);
        Assert.Contains("PURGE", candidates["nowhere-near"].GetString("reason"), StringComparison.Ordinal);
        Assert.Equal("/base/7?x=1", answer.GetMap("service")!.GetString("upstream_path"));
        Assert.Null(answer["answer"]);

        // Without the winner the runner-up wins, and the proxy agrees.
        await scene.Gateway.LoadAsync(Configuration.Replace("hosts: [a.test]", "hosts: [b.test]", StringComparison.Ordinal));
        answer = await scene.ExplainAsync(new() { ["host"] = "a.test", ["path"] = "/orders/7?x=1" });
        Assert.Equal("wide", answer.GetMap("route")!.GetString("name"));
        Assert.Null(answer["runner_up"]);
    }

    [Fact]
    public async Task Plugins_stand_in_their_order_with_whom_they_shadow()
    {
        await using Scene scene = await Scene.StartAsync();
        ValueMap nobody = await scene.ExplainAsync(new() { ["host"] = "a.test", ["path"] = "/orders" });
        Assert.Equal(["correlation-id", "key-auth", "rate-limiting"], nobody.GetList("plugins")!.OfType<ValueMap>().Select(static one => one.GetString("name")));
        Assert.Equal(("of-route", "of-all"), Limits(nobody));

        ValueMap ann = await scene.ExplainAsync(new() { ["path"] = "/orders", ["consumer"] = "ann" });
        Assert.Equal(("of-ann", "of-all"), Limits(ann));
        Assert.Equal("key-auth", ann.GetMap("consumer")!.GetString("known_after"));
        Assert.Equal(
            ["access"],
            nobody.GetList("plugins")!.OfType<ValueMap>().Single(static one => one.GetString("name") == "key-auth").GetList("phases")!);

        static (string? Runs, string Shadows) Limits(ValueMap answer)
        {
            ValueMap limits = answer.GetList("plugins")!.OfType<ValueMap>().Single(static one => one.GetString("name") == "rate-limiting");
            return (limits.GetString("instance_name"), string.Join(',', limits.GetList("shadows")!.OfType<ValueMap>().Select(static one => one.GetString("instance_name"))));
        }
    }

    [Fact]
    public async Task The_target_of_a_hash_is_the_one_that_gets_the_request()
    {
        await using FakeUpstream first = FakeUpstream.Start(UpstreamAnswer.Text("first"));
        await using FakeUpstream second = FakeUpstream.Start(UpstreamAnswer.Text("second"));
        await using Scene scene = await Scene.StartAsync(
            Configuration.Replace("127.0.0.1:1001", $"127.0.0.1:{first.Port}", StringComparison.Ordinal).Replace("127.0.0.1:1002", $"127.0.0.1:{second.Port}", StringComparison.Ordinal)
                .Replace("  plugins:\n  - name: key-auth\n", "", StringComparison.Ordinal)
                .Replace("minute: 1,", "minute: 100000,", StringComparison.Ordinal));
        HashSet<string?> picked = [];
        for (int i = 0; i < 20; i++)
        {
            ValueMap answer = await scene.ExplainAsync(new() { ["path"] = "/orders", ["headers"] = new ValueMap { ["X-Key"] = $"k{i}" } });
            string? address = answer.GetMap("upstream")!.GetMap("pick")!.GetString("address");
            picked.Add(address);
            using HttpRequestMessage request = new(HttpMethod.Get, "/orders");
            request.Headers.Add("X-Key", $"k{i}");
            using HttpResponseMessage sent = await scene.Gateway.Client.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, sent.StatusCode);
            Assert.Equal(address == $"127.0.0.1:{first.Port}" ? "first" : "second", await sent.Content.ReadAsStringAsync());
        }

        Assert.Equal(2, picked.Count);
    }

    [Fact]
    public async Task What_the_gateway_answers_itself_is_said()
    {
        await using Scene scene = await Scene.StartAsync();
        Assert.Equal(404L, (await scene.ExplainAsync(new() { ["path"] = "/nothing" })).GetMap("answer")!["status"]);
        Assert.Equal(426L, (await scene.ExplainAsync(new() { ["path"] = "/tls" })).GetMap("answer")!["status"]);
        Assert.Null((await scene.ExplainAsync(new() { ["url"] = "https://x.test/tls" }))["answer"]);
        Assert.Equal(503L, (await scene.ExplainAsync(new() { ["path"] = "/alone" })).GetMap("answer")!["status"]);
    }

    [Theory]
    [InlineData("curl http://a.test/orders", "exact", "GET")]
    [InlineData("curl -X PURGE 'http://127.0.0.1:8000/zzz' -H 'Host: q.test'", "nowhere-near", "PURGE")]
    [InlineData("curl -sS -H \"Host: a.test\" --data '{\"a\": 1}' \\\n  localhost:8000/orders", "exact", "POST")]
    [InlineData("/usr/bin/curl -XDELETE --url=http://a.test/orders -u me:secret -k -o /dev/null", "exact", "DELETE")]
    [InlineData("curl -G -d q=1 -I http://b.test/orders", "wide", "HEAD")]
    public async Task A_curl_line_is_understood(string line, string route, string method)
    {
        await using Scene scene = await Scene.StartAsync();
        ValueMap answer = await scene.ExplainAsync(new() { ["curl"] = line });
        Assert.Equal((route, method), (answer.GetMap("route")?.GetString("name"), answer.GetMap("request")!.GetString("method")));
        Assert.DoesNotContain("secret", answer.GetMap("request")!.GetList("headers")!.OfType<string>());
    }

    [Theory]
    [InlineData("{\"curl\": \"curl -H\"}", "curl: option -H: requires parameter")]
    [InlineData("{\"curl\": \"curl -s\"}", "curl: no URL specified")]
    [InlineData("{\"url\": \"ftp://x\"}", "url: expected a URL of http or https")]
    [InlineData("{\"path\": \"x\"}", "path: should start with: /")]
    [InlineData("{\"path\": 7}", "path: expected a string")]
    [InlineData("{\"headers\": []}", "headers: expected a map of texts or of lists of them")]
    [InlineData("{\"colour\": \"red\"}", "colour: unknown field")]
    [InlineData("{\"consumer\": \"nobody\"}", "consumer: there is no 'nobody'")]
    [InlineData("{\"port\": 70000}", "port: expected a number from 0 to 65535")]
    public async Task What_is_no_request_is_refused(string body, string message)
    {
        await using Scene scene = await Scene.StartAsync();
        using HttpResponseMessage answer = await scene.Gateway.Admin.PostAsync("/explain", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        using System.Text.Json.JsonDocument said = System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal(message, said.RootElement.GetProperty("message").GetString());
    }

    private sealed class Scene : IAsyncDisposable
    {
        private Scene(TestGateway gateway) => Gateway = gateway;

        public TestGateway Gateway { get; }

        public static async Task<Scene> StartAsync(string? configuration = null) => new(await TestGateway.StartAsync(configuration ?? Configuration));

        public async Task<ValueMap> ExplainAsync(ValueMap request)
        {
            using ByteArrayContent content = new(Gibbon.Pdk.ValueJson.Write(request)) { Headers = { ContentType = new("application/json") } };
            using HttpResponseMessage answer = await Gateway.Admin.PostAsync("/explain", content);
            byte[] bytes = await answer.Content.ReadAsByteArrayAsync();
            Assert.True(answer.StatusCode == HttpStatusCode.OK, System.Text.Encoding.UTF8.GetString(bytes));
            Assert.True(Gibbon.Pdk.ValueJson.TryRead(bytes, out object? value, out _));
            return (ValueMap)value!;
        }

        public ValueTask DisposeAsync() => Gateway.DisposeAsync();
    }
}
