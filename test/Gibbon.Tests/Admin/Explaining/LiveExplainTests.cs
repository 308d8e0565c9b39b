using System.Net;
using System.Text.Json.Nodes;
using Gibbon.Testing;
using Gibbon.Tests.Proxy;

namespace Gibbon.Tests.Admin.Explaining;

/// <summary>A request that asks, with the token, why it does what it does.</summary>
public sealed class LiveExplainTests
{
    private const string Header = "X-Kong-Request-Explanation";
    private static readonly Dictionary<string, string> Token = new() { ["request_debug_token"] = "t0ken" };

    [Fact]
    public async Task A_request_is_explained_with_what_it_met_and_what_became_of_it()
    {
        await using FakeUpstream upstream = FakeUpstream.Start();
        await using TestGateway gateway = await TestGateway.StartAsync(Configuration(upstream.Port), Token);

        using HttpResponseMessage answer = await AskAsync(gateway, "/shop/7?apikey=annas-key&x=1", "t0ken");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        JsonNode brief = Brief(answer)!;
        string id = answer.Headers.GetValues("X-Kong-Request-Id").Single();
        Assert.Equal((id, "exact", "orders", "anna", "pool"), ((string?)brief["request_id"], Name(brief, "route"), Name(brief, "service"), Name(brief, "consumer"), Name(brief, "upstream")));
        Assert.Equal(("service", $"127.0.0.1:{upstream.Port}", $"/explain/{id}"), ((string?)brief["answered_by"], (string?)brief["target"], (string?)brief["more"]));
        Assert.Contains(brief["plugins"]!.AsArray(), static plugin => (string?)plugin == "key-auth");

        // The configuration is another by now; what is told is the one that the request met.
        await gateway.LoadAsync("_format_version: \"3.0\"");
        JsonNode whole = await FullyAsync(gateway, id);
        Assert.Equal(("exact", "wide"), (Name(whole, "route"), Name(whole, "runner_up")));
        Assert.Equal("key-auth", (string?)whole["consumer"]!["known_after"]);
        Assert.Equal("/shop/7?apikey=REDACTED&x=1", (string?)whole["request"]!["path"]);
        Assert.Equal(200, (int)whole["happened"]!["response"]!["status"]!);
        Assert.Contains(whole["plugins"]!.AsArray(), static plugin => (string?)plugin!["name"] == "key-auth");
        Assert.DoesNotContain("annas-key", whole["request"]!.ToJsonString() + whole["happened"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain(upstream.Requests.Single().Headers, static header => header.Key.StartsWith("X-Kong-Request-Debug", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("wrong")]
    public async Task Without_the_token_nothing_is_told_on_loopback_neither(string? token)
    {
        await using FakeUpstream upstream = FakeUpstream.Start();
        await using TestGateway gateway = await TestGateway.StartAsync(Configuration(upstream.Port), Token);

        using HttpResponseMessage answer = await AskAsync(gateway, "/shop/7", token);

        Assert.Null(Brief(answer));
        using HttpResponseMessage more = await gateway.Admin.GetAsync("/explain/" + answer.Headers.GetValues("X-Kong-Request-Id").Single());
        Assert.Equal(HttpStatusCode.NotFound, more.StatusCode);
    }

    [Fact]
    public async Task A_plugin_that_answered_is_named_and_so_is_a_request_without_a_route()
    {
        await using FakeUpstream upstream = FakeUpstream.Start();
        await using TestGateway gateway = await TestGateway.StartAsync(Configuration(upstream.Port), Token);

        using HttpResponseMessage refused = await AskAsync(gateway, "/shop/7", "t0ken");
        using HttpResponseMessage lost = await AskAsync(gateway, "/nowhere", "t0ken");

        Assert.Equal("key-auth", (string?)Brief(refused)!["answered_by"]);
        Assert.Equal("gateway", (string?)Brief(lost)!["answered_by"]);
        Assert.Null(Brief(lost)!["route"]);
        JsonNode whole = await FullyAsync(gateway, lost.Headers.GetValues("X-Kong-Request-Id").Single());
        Assert.Equal(404, (int)whole["answer"]!["status"]!);
        Assert.Equal(404, (int)whole["happened"]!["response"]!["status"]!);
    }

    [Fact]
    public async Task Timings_and_recording_go_on_beside_it()
    {
        await using PdkScene scene = await PdkScene.StartAsync("/", new Dictionary<string, string>(Token) { ["traffic_recording"] = "on" }, "");

        string answer = await scene.GetRawAsync("/", "X-Kong-Request-Debug: *", "X-Kong-Request-Debug: explain", "X-Kong-Request-Debug-Token: t0ken");

        Assert.Contains("X-Kong-Request-Debug-Output: {", answer, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(Header + ": {", answer, StringComparison.OrdinalIgnoreCase);
    }

    private static async Task<HttpResponseMessage> AskAsync(TestGateway gateway, string path, string? token)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, path);
        request.Headers.Add("X-Kong-Request-Debug", "explain");
        if (token is not null)
        {
            request.Headers.Add("X-Kong-Request-Debug-Token", token);
        }

        return await gateway.Client.SendAsync(request);
    }

    // It is kept when the request is over, a moment after its answer.
    private static async Task<JsonNode> FullyAsync(TestGateway gateway, string id)
    {
        for (int attempt = 0; attempt < 1200; attempt++)
        {
            using HttpResponseMessage answer = await gateway.Admin.GetAsync("/explain/" + id);
            if (answer.StatusCode == HttpStatusCode.OK)
            {
                return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
            }

            await Task.Delay(50);
        }

        throw new TimeoutException("the request was not kept");
    }

    private static JsonNode? Brief(HttpResponseMessage answer) => answer.Headers.TryGetValues(Header, out IEnumerable<string>? values) ? JsonNode.Parse(values.Single()) : null;

    private static string? Name(JsonNode told, string kind) => (string?)told[kind]?["name"];

    private static string Configuration(int port) => $$"""
        _format_version: "3.0"
        services:
        - name: orders
          url: http://pool/
          routes: [{name: exact, paths: [/shop/7]}, {name: wide, paths: [/shop]}]
          plugins: [{name: key-auth}]
        upstreams:
        - name: pool
          targets: [{target: "127.0.0.1:{{port}}"}]
        consumers:
        - username: anna
          keyauth_credentials: [{key: annas-key}]
        """;
}
