using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Tests.Dns;

namespace Gibbon.Tests.Streams;

public sealed class TcpStreamTests
{
    [Fact]
    public async Task Bytes_go_both_ways_and_each_direction_ends_by_itself()
    {
        await using StreamServer server = StreamServer.Echo();
        await using StreamScene scene = await StreamScene.StartAsync([""], ports => Route(ports[0], server.Port));

        Assert.Equal("E:hello", await scene.AskAsync("hello"));
        Assert.Equal(["TCP 200 7 5"], await scene.AccessLogAsync(1));
    }

    [Fact]
    public async Task A_service_that_speaks_first_is_heard()
    {
        await using StreamServer server = new(static async stream => await stream.WriteAsync("220 hi\r\n"u8.ToArray()));
        await using StreamScene scene = await StreamScene.StartAsync([""], ports => Route(ports[0], server.Port));
        using Socket client = await scene.ConnectAsync();

        Assert.Equal("220 hi\r\n", await StreamScene.ReadToEndAsync(new NetworkStream(client)));
    }

    [Fact]
    public async Task Much_in_both_directions_at_once_arrives_whole()
    {
        byte[] sent = RandomNumberGenerator.GetBytes(8 << 20);
        await using StreamServer server = StreamServer.Echo();
        await using StreamScene scene = await StreamScene.StartAsync([""], ports => Route(ports[0], server.Port));
        using Socket client = await scene.ConnectAsync();
        NetworkStream stream = new(client);

        Task sending = Task.Run(async () =>
        {
            await stream.WriteAsync(sent);
            client.Shutdown(SocketShutdown.Send);
        });
        MemoryStream received = new();
        await stream.CopyToAsync(received, TestContext.Current.CancellationToken);
        await sending;

        Assert.True(received.ToArray().AsSpan(2).SequenceEqual(sent));
    }

    [Fact]
    public async Task A_client_that_goes_takes_its_connection_to_the_service_along()
    {
        await using StreamServer server = StreamServer.Echo();
        await using StreamScene scene = await StreamScene.StartAsync([""], ports => Route(ports[0], server.Port));
        Socket[] clients = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => scene.ConnectAsync()));
        foreach (Socket client in clients) await client.SendAsync("x"u8.ToArray());
        await Wait.UntilAsync(() => server.Open == 20);

        foreach (Socket client in clients)
        {
            client.LingerState = new LingerOption(true, 0);
            client.Dispose();
        }

        await Wait.UntilAsync(() => server.Open == 0);
        Assert.Equal(20, (await scene.AccessLogAsync(20)).Length);
    }

    [Fact]
    public async Task Silence_in_both_directions_ends_a_session()
    {
        await using StreamServer server = StreamServer.Echo();
        await using StreamScene scene = await StreamScene.StartAsync([""], ports => Route(ports[0], server.Port, "read_timeout: 300,"));
        using Socket client = await scene.ConnectAsync();
        await client.SendAsync("x"u8.ToArray());

        Assert.Equal("E:x", await StreamScene.ReadToEndAsync(new NetworkStream(client)));
        await Wait.UntilAsync(() => server.Open == 0);
        Assert.Equal(["TCP 200 3 1"], await scene.AccessLogAsync(1));
    }

    [Fact]
    public async Task Without_a_route_the_connection_ends_and_the_log_says_why()
    {
        await using StreamScene scene = await StreamScene.StartAsync([""], static ports => Route(ports[0] - 1, 1));

        Assert.Contains(await scene.AskAsync("hello"), (string[])["", "reset"]);
        Assert.Equal(["TCP 500 0 0"], await scene.AccessLogAsync(1));
        await Wait.UntilAsync(() => scene.Gateway.ErrorLog.Contains("no Route found with those values", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_route_without_a_service_is_503()
    {
        await using StreamScene scene = await StreamScene.StartAsync(
            [""], static ports => $"routes: [{{name: r, protocols: [tcp], destinations: [{{port: {ports[0]}}}]}}]");

        Assert.Contains(await scene.AskAsync("hello"), (string[])["", "reset"]);
        Assert.Equal(["TCP 503 0 0"], await scene.AccessLogAsync(1));
    }

    [Fact]
    public async Task A_service_that_refuses_is_tried_again_and_then_502()
    {
        StreamProbe probe = new();
        await using StreamScene scene = await StreamScene.StartAsync(
            [""], static ports => Route(ports[0], 1) + "\nplugins: [{name: stream-probe, protocols: [tcp]}]", null, probe);

        Assert.Contains(await scene.AskAsync("hello"), (string[])["", "reset"]);
        Assert.Equal(["TCP 502 0 0"], await scene.AccessLogAsync(1));
        ValueMap record = Assert.Single(probe.Records);
        var tries = (ValueList)record["tries"]!;
        Assert.Equal(6, tries.Count);
        Assert.Equal("failed", ((ValueMap)tries[0]!)["state"]);
        Assert.Equal(0L, ((ValueMap)tries[0]!)["code"]);
        Assert.False(((ValueMap)tries[5]!).ContainsKey("state"));
        Assert.Equal("0, 0, 0, 0, 0, 0", ((ValueMap)record["upstream"]!)["received"]);
        Assert.Equal(502L, ((ValueMap)record["session"]!)["status"]);
    }

    [Fact]
    public async Task A_target_that_refuses_is_passed_over()
    {
        await using StreamServer server = StreamServer.Echo();
        await using StreamScene scene = await StreamScene.StartAsync([""], ports => $$"""
            upstreams: [{name: pool, targets: [{target: "127.0.0.1:1"}, {target: "127.0.0.1:{{server.Port}}"}]}]
            services: [{name: s, protocol: tcp, host: pool, port: 80, routes: [{name: r, protocols: [tcp], destinations: [{port: {{ports[0]}}}]}]}]
            """);

        for (int i = 0; i < 4; i++) Assert.Equal("E:hi", await scene.AskAsync("hi"));
    }

    [Fact]
    public async Task Routes_are_told_apart_by_port_and_by_source()
    {
        await using StreamServer one = StreamServer.Echo();
        await using StreamServer two = new(static async stream => await stream.WriteAsync("two"u8.ToArray()));
        await using StreamScene scene = await StreamScene.StartAsync(["", ""], ports => $$"""
            services:
            - {name: one, protocol: tcp, host: 127.0.0.1, port: {{one.Port}}, routes: [{name: a, protocols: [tcp], sources: [{ip: 127.0.0.1}], destinations: [{port: {{ports[0]}}}]}]}
            - {name: two, protocol: tcp, host: 127.0.0.1, port: {{two.Port}}, routes: [{name: b, protocols: [tcp], sources: [{ip: 127.0.0.0/8}]}]}
            """);

        Assert.Equal("E:hi", await scene.AskAsync("hi", 0));
        using Socket client = await scene.ConnectAsync(1);
        Assert.Equal("two", await StreamScene.ReadToEndAsync(new NetworkStream(client)));
    }

    [Fact]
    public async Task A_plugin_may_answer_in_preread_and_end_the_session()
    {
        StreamProbe probe = new(static context => context.Response.Exit(200, "come later"));
        await using StreamServer server = StreamServer.Echo();
        await using StreamScene scene = await StreamScene.StartAsync(
            [""], ports => Route(ports[0], server.Port) + "\nplugins: [{name: stream-probe, protocols: [tcp]}]", null, probe);
        using Socket client = await scene.ConnectAsync();

        Assert.Equal("come later", await StreamScene.ReadToEndAsync(new NetworkStream(client)));
        Assert.Equal(["TCP 200 10 0"], await scene.AccessLogAsync(1));
        Assert.Equal(0, server.Open);
    }

    [Theory]
    [InlineData(403, "go away")]
    [InlineData(500, null)]
    public async Task A_plugin_that_refuses_or_fails_ends_the_session_without_a_word(int status, string? words)
    {
        StreamProbe probe = new(context => words is null ? throw new InvalidOperationException("broken") : context.Response.Exit(status, words));
        await using StreamServer server = StreamServer.Echo();
        await using StreamScene scene = await StreamScene.StartAsync(
            [""], ports => Route(ports[0], server.Port) + "\nplugins: [{name: stream-probe, protocols: [tcp]}]", null, probe);

        Assert.Contains(await scene.AskAsync("hello"), (string[])["", "reset"]);
        Assert.Equal([$"TCP {status} 0 0"], await scene.AccessLogAsync(1));
        string expected = words is null ? "[stream-probe] preread" : $"unable to proxy stream connection, status: {status}, err: {words}";
        await Wait.UntilAsync(() => scene.Gateway.ErrorLog.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Plugins_for_HTTP_alone_do_not_run_and_those_of_streams_see_the_session()
    {
        string? seen = null;
        StreamProbe probe = new(context =>
        {
            seen = $"{context.Subsystem} {context.Phase} {context.Client.Ip}";
            return default;
        });
        await using StreamServer server = StreamServer.Echo();
        await using StreamScene scene = await StreamScene.StartAsync(
            [""],
            ports => Route(ports[0], server.Port) + "\nplugins: [{name: stream-probe, protocols: [http]}, {name: stream-probe, service: s, protocols: [tcp]}]",
            null,
            probe);

        Assert.Equal("E:hello", await scene.AskAsync("hello"));
        await scene.AccessLogAsync(1);

        Assert.Equal("Stream Preread 127.0.0.1", seen);
        ValueMap record = Assert.Single(probe.Records);
        var session = (ValueMap)record["session"]!;
        Assert.Equal((7L, 5L, 200L, (long)scene.Ports[0]), ((long)session["sent"]!, (long)session["received"]!, (long)session["status"]!, (long)session["server_port"]!));
        Assert.Equal((7L, 5L), ((long)((ValueMap)record["upstream"]!)["received"]!, (long)((ValueMap)record["upstream"]!)["sent"]!));
        Assert.Equal("127.0.0.1", record["client_ip"]);
        Assert.Equal("r", ((ValueMap)record["route"]!)["name"]);
        Assert.Equal("s", ((ValueMap)record["service"]!)["name"]);
    }

    [Fact]
    public async Task A_trusted_peers_PROXY_header_tells_the_client_and_the_service_is_told_in_turn()
    {
        await using StreamServer server = StreamServer.Echo();
        StreamProbe probe = new();
        await using StreamScene scene = await StreamScene.StartAsync(
            ["proxy_protocol"],
            ports => Route(ports[0], server.Port) + "\nplugins: [{name: stream-probe, protocols: [tcp]}]",
            new Dictionary<string, string> { ["trusted_ips"] = "127.0.0.1", ["nginx_sproxy_proxy_protocol"] = "on" },
            probe);

        string answer = await scene.AskAsync("PROXY TCP4 10.1.2.3 10.9.9.9 1234 80\r\nhello");

        Assert.Equal($"E:PROXY TCP4 10.1.2.3 127.0.0.1 1234 {scene.Ports[0]}\r\nhello", answer);
        await scene.AccessLogAsync(1);
        Assert.Equal("10.1.2.3", Assert.Single(probe.Records)["client_ip"]);
    }

    [Fact]
    public async Task A_connection_without_the_PROXY_header_that_must_be_there_is_closed()
    {
        await using StreamScene scene = await StreamScene.StartAsync(["proxy_protocol"], static ports => Route(ports[0], 1));

        Assert.Contains(await scene.AskAsync("hello, this is no header"), (string[])["", "reset"]);
        await Wait.UntilAsync(() => scene.Gateway.ErrorLog.Contains("broken header while reading PROXY protocol", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_change_of_the_configuration_is_live_for_the_next_session_and_leaves_the_present_ones_alone()
    {
        await using StreamServer one = StreamServer.Echo();
        await using StreamServer two = new(static async stream => await stream.WriteAsync("two"u8.ToArray()));
        await using StreamScene scene = await StreamScene.StartAsync([""], ports => Route(ports[0], one.Port));
        using Socket old = await scene.ConnectAsync();
        await old.SendAsync("x"u8.ToArray());
        var buffer = new byte[16];
        Assert.True(await old.ReceiveAsync(buffer) > 0);

        await scene.Gateway.LoadAsync("_format_version: \"3.0\"\n" + Route(scene.Ports[0], two.Port));

        using Socket client = await scene.ConnectAsync();
        Assert.Equal("two", await StreamScene.ReadToEndAsync(new NetworkStream(client)));
        await using NetworkStream stream = new(old);
        await stream.WriteAsync("y"u8.ToArray());
        old.Shutdown(SocketShutdown.Send);
        Assert.EndsWith("y", await StreamScene.ReadToEndAsync(stream));
    }

    private static string Route(int port, int service, string more = "") => $$"""
        services: [{name: s, protocol: tcp, host: 127.0.0.1, port: {{service}}, {{more}} routes: [{name: r, protocols: [tcp], destinations: [{port: {{port}}}]}]}]
        """;
}
