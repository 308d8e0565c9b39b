using System.Net;
using Gibbon.Testing;
using Gibbon.Tests.Proxy;

namespace Gibbon.Tests.Gateway;

/// <summary>Whom services and logs take for the client: trusted peers, the PROXY protocol.</summary>
public sealed class ClientAddressTests
{
    private static readonly Dictionary<string, string> TrustLoopback = new() { ["trusted_ips"] = "127.0.0.1,192.0.2.0/24" };

    [Fact]
    public async Task A_peer_that_is_not_trusted_cannot_say_who_it_is()
    {
        ReceivedRequest request = await AskAsync([], "X-Real-IP: 9.9.9.9\r\nX-Forwarded-For: 8.8.8.8\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: evil.test\r\nX-Forwarded-Port: 1\r\nX-Forwarded-Path: /evil\r\nX-Forwarded-Prefix: /evil\r\n");

        Assert.Equal("127.0.0.1", request.Header("X-Real-IP"));
        Assert.Equal("8.8.8.8, 127.0.0.1", request.Header("X-Forwarded-For"));
        Assert.Equal("http", request.Header("X-Forwarded-Proto"));
        Assert.Equal("a.test", request.Header("X-Forwarded-Host"));
        Assert.Equal("/p/x", request.Header("X-Forwarded-Path"));
        Assert.Equal("/p", request.Header("X-Forwarded-Prefix"));
    }

    [Fact]
    public async Task A_trusted_peers_fields_stand()
    {
        ReceivedRequest request = await AskAsync(TrustLoopback, "X-Real-IP: 9.9.9.9\r\nX-Forwarded-For: 8.8.8.8\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: front.test\r\nX-Forwarded-Port: 444\r\nX-Forwarded-Path: /front\r\nX-Forwarded-Prefix: /pre\r\n");

        Assert.Equal("9.9.9.9", request.Header("X-Real-IP"));
        Assert.Equal("8.8.8.8, 127.0.0.1", request.Header("X-Forwarded-For"));
        Assert.Equal("https", request.Header("X-Forwarded-Proto"));
        Assert.Equal("front.test", request.Header("X-Forwarded-Host"));
        Assert.Equal("444", request.Header("X-Forwarded-Port"));
        Assert.Equal("/front", request.Header("X-Forwarded-Path"));
        Assert.Equal("/pre", request.Header("X-Forwarded-Prefix"));
    }

    [Theory]
    [InlineData("off", "192.0.2.7")]
    [InlineData("on", "9.9.9.9")]
    public async Task The_last_address_of_a_list_counts_or_the_last_that_is_not_trusted_itself(string recursive, string client)
    {
        var settings = new Dictionary<string, string>(TrustLoopback) { ["real_ip_header"] = "X-Forwarded-For", ["real_ip_recursive"] = recursive };

        ReceivedRequest request = await AskAsync(settings, "X-Forwarded-For: 1.1.1.1, 9.9.9.9, 192.0.2.7\r\n");

        Assert.Equal(client, request.Header("X-Real-IP"));
    }

    [Theory]
    [InlineData("127.0.0.1", "proxy_protocol", "203.0.113.5")]
    [InlineData("127.0.0.1", "X-Real-IP", "127.0.0.1")]
    [InlineData("10.0.0.1", "proxy_protocol", "127.0.0.1")]
    public async Task The_PROXY_protocol_tells_the_client_when_it_is_asked_for_and_its_sender_trusted(string trusted, string header, string client)
    {
        await using var upstream = FakeUpstream.Start();
        (TestGateway gateway, int port) = await StartBehindProxyProtocolAsync(upstream, new() { ["trusted_ips"] = trusted, ["real_ip_header"] = header });
        await using TestGateway running = gateway;

        string answer = await RawClient.ExchangeAsync(
            new IPEndPoint(IPAddress.Loopback, port),
            "PROXY TCP4 203.0.113.5 192.0.2.1 4711 80\r\nGET /p/x HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200", answer);
        ReceivedRequest request = await upstream.NextRequestAsync();
        Assert.Equal(client, request.Header("X-Real-IP"));
        Assert.Equal(client, request.Header("X-Forwarded-For"));
    }

    [Fact]
    public async Task A_connection_without_the_PROXY_header_is_closed_where_it_is_required()
    {
        await using var upstream = FakeUpstream.Start();
        (TestGateway gateway, int port) = await StartBehindProxyProtocolAsync(upstream, []);
        await using TestGateway running = gateway;

        Assert.Equal("", await RawClient.ExchangeAsync(new IPEndPoint(IPAddress.Loopback, port), "GET /p/x HTTP/1.1\r\nHost: a.test\r\n\r\n"));
        Assert.Empty(upstream.Requests);
    }

    private static async Task<ReceivedRequest> AskAsync(Dictionary<string, string> settings, string fields)
    {
        await using var upstream = FakeUpstream.Start();
        await using TestGateway gateway = await StartAsync(upstream, settings);
        await RawClient.ExchangeAsync(new IPEndPoint(IPAddress.Loopback, gateway.ProxyPort), $"GET /p/x HTTP/1.1\r\nHost: A.test:81\r\nConnection: close\r\n{fields}\r\n");
        return await upstream.NextRequestAsync();
    }

    private static async Task<(TestGateway Gateway, int Port)> StartBehindProxyProtocolAsync(FakeUpstream upstream, Dictionary<string, string> settings)
    {
        TestGateway gateway = await StartAsync(upstream, new(settings) { ["proxy_listen"] = "127.0.0.1:0 proxy_protocol" });
        return (gateway, gateway.ProxyPort);
    }

    private static Task<TestGateway> StartAsync(FakeUpstream upstream, Dictionary<string, string> settings) => TestGateway.StartAsync($$"""
        _format_version: "3.0"
        services: [{name: s, url: {{upstream.Url}}, routes: [{name: p, paths: [/p]}]}]
        """, settings);
}
