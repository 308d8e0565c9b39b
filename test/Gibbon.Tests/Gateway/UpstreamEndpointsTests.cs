using System.Net;
using System.Text.Json.Nodes;
using Gibbon.Testing;

namespace Gibbon.Tests.Gateway;

/// <summary>What the Admin API tells of targets, and what it may set, on a running gateway.</summary>
public sealed class UpstreamEndpointsTests
{
    [Fact]
    public async Task Health_set_by_hand_moves_requests_at_once_and_stands_in_the_history()
    {
        await using var one = FakeUpstream.Start(UpstreamAnswer.Text("one"));
        await using var two = FakeUpstream.Start(UpstreamAnswer.Text("two"));
        await using TestGateway gateway = await StartAsync("passive: {unhealthy: {tcp_failures: 1}}", $"127.0.0.1:{one.Port}", $"127.0.0.1:{two.Port}");
        string target = $"/upstreams/pool.up/targets/127.0.0.1:{one.Port}";

        Assert.Equal(HttpStatusCode.NoContent, await PutAsync(gateway, target + "/unhealthy"));
        for (int i = 0; i < 4; i++) Assert.Equal("two", await gateway.Client.GetStringAsync("/", TestContext.Current.CancellationToken));
        JsonNode health = await GetAsync(gateway, "/upstreams/pool.up/health");
        Assert.Equal(
            [("UNHEALTHY", one.Port), ("HEALTHY", two.Port)],
            health["data"]!.AsArray().Select(static item => ((string)item!["health"]!, (int)item["data"]!["port"]!)).OrderByDescending(static item => item.Item1));
        Assert.Equal(HttpStatusCode.NoContent, await PutAsync(gateway, $"{target}/127.0.0.1:{one.Port}/healthy"));
        HashSet<string> seen = [];
        for (int i = 0; i < 4; i++) seen.Add(await gateway.Client.GetStringAsync("/", TestContext.Current.CancellationToken));

        Assert.Equal(2, seen.Count);
        JsonNode history = await GetAsync(gateway, target + "/history");
        Assert.Equal(
            ["healthy > unhealthy, set through the Admin API", "unhealthy > healthy, set through the Admin API"],
            history["addresses"]![0]!["transitions"]!.AsArray().Select(static step => $"{step!["from"]} > {step["to"]}, {step["cause"]}"));
    }

    [Fact]
    public async Task Without_health_checks_there_is_none_to_set()
    {
        await using TestGateway gateway = await StartAsync("", "127.0.0.1:1");

        using HttpResponseMessage refused = await gateway.Admin.PutAsync("/upstreams/pool.up/targets/127.0.0.1:1/healthy", null, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal("no healthchecker found for pool.up", (string?)JsonNode.Parse(await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["message"]);
        JsonNode health = await GetAsync(gateway, "/upstreams/pool.up/health");
        Assert.Equal("HEALTHCHECKS_OFF", (string?)health["data"]![0]!["health"]);
        Assert.Equal("HEALTHCHECKS_OFF", (string?)health["data"]![0]!["data"]!["addresses"]![0]!["health"]);
    }

    [Fact]
    public async Task The_history_of_a_target_by_name_has_the_answers_for_the_name()
    {
        await using TestGateway gateway = await StartAsync("", "localhost:1");
        using (await gateway.Client.GetAsync("/", TestContext.Current.CancellationToken))
        {
            JsonNode history = await GetAsync(gateway, "/upstreams/pool.up/targets/localhost:1/history");
            Assert.Contains("127.0.0.1:1", history["dns"]![0]!["addresses"]!.AsArray().Select(static address => (string)address!));
            Assert.Equal("A", (string?)history["dns"]![0]!["source"]);
        }
    }

    [Theory]
    [InlineData("/upstreams/none/health")]
    [InlineData("/upstreams/pool.up/targets/1.1.1.1:1/history")]
    public async Task What_is_not_there_is_not_found(string path)
    {
        await using TestGateway gateway = await StartAsync("", "127.0.0.1:1");

        using HttpResponseMessage answer = await gateway.Admin.GetAsync(path, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static async Task<HttpStatusCode> PutAsync(TestGateway gateway, string path)
    {
        using HttpResponseMessage answer = await gateway.Admin.PutAsync(path, null, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    private static async Task<JsonNode> GetAsync(TestGateway gateway, string path) =>
        JsonNode.Parse(await gateway.Admin.GetStringAsync(path, TestContext.Current.CancellationToken))!;

    private static Task<TestGateway> StartAsync(string checks, params string[] targets) => TestGateway.StartAsync($$"""
        _format_version: "3.0"
        services: [{name: s, host: pool.up, retries: 0, routes: [{name: all, paths: [/]}]}]
        upstreams:
        - name: pool.up
          healthchecks: {{{checks}}}
          targets: [{{string.Join(", ", targets.Select(static target => $"{{target: \"{target}\"}}"))}}]
        """);
}
