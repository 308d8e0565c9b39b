using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Gibbon.Tests.Dns;

namespace Gibbon.Tests.Streams;

/// <summary>What sessions, and probes beside them, say of the health of an upstream's targets.</summary>
public sealed class StreamHealthTests
{
    [Fact]
    public async Task A_refusal_opens_the_circuit_and_the_next_sessions_pass_it_over()
    {
        await using StreamServer server = StreamServer.Echo();
        await using StreamScene scene = await StartAsync("passive: {unhealthy: {tcp_failures: 1}}", [1, server.Port]);

        // A retry makes up for the target that refuses, until that is known.
        for (int i = 0; i < 4; i++) Assert.Equal("E:hi", await scene.AskAsync("hi"));

        await Wait.UntilAsync(() => HealthOf(scene, 1) == "UNHEALTHY");
        Assert.Equal("HEALTHY", HealthOf(scene, server.Port));
        await Wait.UntilAsync(() => scene.Gateway.ErrorLog.Contains("connect() failed (111: Connection refused) while connecting to upstream", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("tcp_failures: 1", "tcp_failure")]
    [InlineData("timeouts: 1", "timeout")]
    public async Task A_connection_that_does_not_come_about_counts_as_Kong_counts_it_and_as_the_time_out_it_is(string threshold, string counted)
    {
        await using StreamServer server = StreamServer.Echo();
        using FullListener full = new();
        await using StreamScene scene = await StartAsync($"passive: {{unhealthy: {{{threshold}}}}}", [full.Port, server.Port], "connect_timeout: 1000,");

        for (int i = 0; i < 2; i++) Assert.Equal("E:hi", await scene.AskAsync("hi"));

        await Wait.UntilAsync(() => HealthOf(scene, full.Port) == "UNHEALTHY");
        Assert.Equal(1, (int)(await HistoryAsync(scene, full.Port))["requests"]![counted]!);
    }

    [Fact]
    public async Task The_end_of_a_session_counts_by_its_status()
    {
        await using StreamServer server = StreamServer.Echo();
        await using StreamScene scene = await StartAsync(
            "passive: {healthy: {successes: 2, http_statuses: [200]}, unhealthy: {http_failures: 1, http_statuses: [502]}}", [server.Port], "retries: 0,");
        Assert.Equal("E:hi", await scene.AskAsync("hi"));
        await server.DisposeAsync();

        // With no try left, the status that the session ends with is all there is to count.
        await scene.AskAsync("hi");

        await Wait.UntilAsync(() => HealthOf(scene, server.Port) == "UNHEALTHY");
        JsonNode history = await HistoryAsync(scene, server.Port);
        Assert.Equal((1, 1, 0), ((int)history["requests"]!["success"]!, (int)history["requests"]!["http_failure"]!, (int)history["requests"]!["tcp_failure"]!));
        Assert.Equal("request: status 502 (1/1)", (string?)history["transitions"]![0]!["cause"]);
        Assert.Contains(await scene.AskAsync("hi"), (string[])["", "reset"]);
        Assert.Equal(["TCP 200 4 2", "TCP 502 0 0", "TCP 503 0 0"], await scene.AccessLogAsync(3));
    }

    [Fact]
    public async Task A_target_that_comes_back_is_taken_back_by_the_probes()
    {
        using Socket later = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        later.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        int port = ((IPEndPoint)later.LocalEndPoint!).Port;
        await using StreamServer server = StreamServer.Echo();
        await using StreamScene scene = await StartAsync(
            "active: {type: tcp, healthy: {interval: 0.2, successes: 2}, unhealthy: {interval: 0.2, tcp_failures: 1}}", [port, server.Port]);

        await Wait.UntilAsync(() => HealthOf(scene, port) == "UNHEALTHY");
        later.Listen();

        await Wait.UntilAsync(() => HealthOf(scene, port) == "HEALTHY");
        Assert.Equal("tcp probe: connected (2/2)", (string?)(await HistoryAsync(scene, port))["transitions"]!.AsArray()[^1]!["cause"]);
    }

    [Fact]
    public async Task Sessions_under_way_count_for_least_connections_until_they_end()
    {
        await using StreamServer one = StreamServer.Echo();
        await using StreamServer two = StreamServer.Echo();
        await using StreamScene scene = await StartAsync("", [one.Port, two.Port], upstream: "algorithm: least-connections,");
        Socket[] clients = [await OpenAsync(), await OpenAsync(), await OpenAsync(), await OpenAsync()];

        Assert.Equal((2, 2), (one.Open, two.Open));

        foreach (Socket client in clients) client.Dispose();
        await Wait.UntilAsync(() => one.Open + two.Open == 0);
        await scene.AccessLogAsync(4);

        async Task<Socket> OpenAsync()
        {
            Socket client = await scene.ConnectAsync();
            await client.SendAsync("x"u8.ToArray());
            await client.ReceiveAsync(new byte[8]).WaitAsync(TimeSpan.FromSeconds(60));
            return client;
        }
    }

    private static string? HealthOf(StreamScene scene, int port)
    {
        JsonNode health = JsonNode.Parse(scene.Gateway.Admin.GetStringAsync("/upstreams/pool/health").GetAwaiter().GetResult())!;
        return (string?)health["data"]!.AsArray().Single(target => (int)target!["data"]!["port"]! == port)!["health"];
    }

    private static async Task<JsonNode> HistoryAsync(StreamScene scene, int port) =>
        JsonNode.Parse(await scene.Gateway.Admin.GetStringAsync($"/upstreams/pool/targets/127.0.0.1:{port}/history", TestContext.Current.CancellationToken))!["addresses"]![0]!;

    private static Task<StreamScene> StartAsync(string checks, int[] targets, string service = "", string upstream = "") => StreamScene.StartAsync([""], ports => $$"""
        upstreams:
        - {name: pool, {{upstream}} healthchecks: {{{checks}}}, targets: [{{string.Join(", ", targets.Select(static port => $"{{target: \"127.0.0.1:{port}\"}}"))}}]}
        services: [{name: s, protocol: tcp, host: pool, port: 80, {{service}} routes: [{name: r, protocols: [tcp], destinations: [{port: {{ports[0]}}}]}]}]
        """);
}
