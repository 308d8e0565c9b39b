using System.Net;
using System.Net.Sockets;
using System.Text;
using Gibbon.Pdk.Schemas;
using Gibbon.Tests.Dns;

namespace Gibbon.Tests.Streams;

public sealed class UdpStreamTests
{
    [Fact]
    public async Task Datagrams_go_both_ways_and_each_client_has_its_session()
    {
        await using UdpEcho server = new();
        StreamProbe probe = new();
        await using StreamScene scene = await StreamScene.StartAsync(
            ["udp"], ports => Route(ports[0], server.Port, "read_timeout: 500,") + "\nplugins: [{name: stream-probe, protocols: [udp]}]", null, probe);
        using Socket one = Client(scene);
        using Socket two = Client(scene);

        Assert.Equal("E:hello", await AskAsync(one, "hello"));
        Assert.Equal("E:world", await AskAsync(two, "world"));
        Assert.Equal("E:again", await AskAsync(one, "again"));

        Assert.Equal(2, server.Clients.Distinct().Count());
        Assert.Equal(["UDP 200 14 10", "UDP 200 7 5"], (await scene.AccessLogAsync(2)).Order());
        Assert.Equal([7L, 14L], probe.Records.Select(static record => (long)((ValueMap)record["session"]!)["sent"]!).Order());
    }

    [Fact]
    public async Task Datagrams_of_any_length_that_UDP_carries_pass()
    {
        await using UdpEcho server = new();
        await using StreamScene scene = await StreamScene.StartAsync(["udp"], ports => Route(ports[0], server.Port));
        using Socket client = Client(scene);

        string text = new('x', 60_000);
        Assert.Equal("E:" + text, await AskAsync(client, text));
        Assert.Equal("E:", await AskAsync(client, ""));
    }

    [Fact]
    public async Task Without_a_route_nothing_comes_back_and_the_log_says_why()
    {
        await using StreamScene scene = await StreamScene.StartAsync(["udp"], static ports => Route(ports[0] - 1, 1));
        using Socket client = Client(scene);
        await client.SendAsync("hello"u8.ToArray());

        Assert.Equal(["UDP 500 0 5"], await scene.AccessLogAsync(1));
    }

    [Fact]
    public async Task Clients_are_shared_among_the_targets_of_an_upstream_and_each_stays_with_its_own()
    {
        await using UdpEcho one = new();
        await using UdpEcho two = new();
        await using StreamScene scene = await StreamScene.StartAsync(["udp"], ports => $$"""
            upstreams: [{name: pool, targets: [{target: "127.0.0.1:{{one.Port}}"}, {target: "127.0.0.1:{{two.Port}}"}]}]
            services: [{name: s, protocol: udp, host: pool, port: 80, routes: [{name: r, protocols: [udp], destinations: [{port: {{ports[0]}}}]}]}]
            """);
        for (int i = 0; i < 4; i++)
        {
            using Socket client = Client(scene);
            Assert.Equal("E:a", await AskAsync(client, "a"));
            Assert.Equal("E:b", await AskAsync(client, "b"));
        }

        Assert.Equal((2, 2), (one.Clients.Distinct().Count(), two.Clients.Distinct().Count()));
        Assert.Equal((4, 4), (one.Clients.Count, two.Clients.Count));
    }

    [Fact]
    public async Task A_service_that_is_not_there_ends_the_session()
    {
        await using UdpEcho gone = new();
        int port = gone.Port;
        await gone.DisposeAsync();
        await using StreamScene scene = await StreamScene.StartAsync(["udp"], ports => Route(ports[0], port));
        using Socket client = Client(scene);
        await client.SendAsync("hello"u8.ToArray());

        Assert.Equal(["UDP 502 0 5"], await scene.AccessLogAsync(1));
    }

    private static Socket Client(StreamScene scene)
    {
        Socket client = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        client.Connect(IPAddress.Loopback, scene.Ports[0]);
        return client;
    }

    private static async Task<string> AskAsync(Socket client, string text)
    {
        await client.SendAsync(Encoding.ASCII.GetBytes(text));
        var buffer = new byte[65536];
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(20));
        int length = await client.ReceiveAsync(buffer, patience.Token);
        return Encoding.ASCII.GetString(buffer, 0, length);
    }

    private static string Route(int port, int service, string more = "") => $$"""
        services: [{name: s, protocol: udp, host: 127.0.0.1, port: {{service}}, {{more}} routes: [{name: r, protocols: [udp], destinations: [{port: {{port}}}]}]}]
        """;
}
