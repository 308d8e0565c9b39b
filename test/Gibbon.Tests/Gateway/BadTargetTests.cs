using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Gibbon.Testing;
using Gibbon.Tests.Certificates;
using Gibbon.Tests.Dns;
using Gibbon.Tests.Proxy;
using Gibbon.Tests.Streams;

namespace Gibbon.Tests.Gateway;

/// <summary>Targets that do not answer as they should: what the client gets, what is counted against them, and that nothing stays behind.</summary>
public sealed class BadTargetTests
{
    private const string Authority = "11111111-2222-4333-8444-000000000009";

    // Two tries each. One that is followed by another counts as what it was, the last one by its status; 502 is in the list.
    [Theory]
    [InlineData("closes", 502, "success 0, http_failure 1, tcp_failure 1, timeout 0", "upstream prematurely closed connection while reading response header from upstream")]
    [InlineData("resets", 502, "success 0, http_failure 1, tcp_failure 1, timeout 0", "upstream prematurely closed connection while reading response header from upstream")]
    [InlineData("says nothing", 504, "success 0, http_failure 0, tcp_failure 0, timeout 2", "upstream timed out (110: Connection timed out) while reading response header from upstream")]
    [InlineData("says half a head", 504, "success 0, http_failure 0, tcp_failure 0, timeout 2", "upstream timed out (110: Connection timed out) while reading response header from upstream")]
    [InlineData("speaks nonsense", 502, "success 0, http_failure 1, tcp_failure 0, timeout 0", "upstream sent invalid header")]
    [InlineData("gives two lengths", 502, "success 0, http_failure 1, tcp_failure 0, timeout 0", "upstream sent invalid header")]
    [InlineData("promises more than it gives", 200, "success 1, http_failure 0, tcp_failure 0, timeout 0", "upstream prematurely closed connection while reading upstream")]
    [InlineData("stops in the middle", 200, "success 1, http_failure 0, tcp_failure 0, timeout 0", "upstream timed out (110: Connection timed out) while reading upstream")]
    public async Task Whoever_answers_badly_gets_the_mark_for_it(string manner, int status, string counted, string logged)
    {
        await using StreamServer server = new(stream => AnswerAsync(stream, manner));
        int timeout = status == 504 ? 400 : manner == "stops in the middle" ? 4000 : 60_000;
        await using TestGateway gateway = await StartAsync($"127.0.0.1:{server.Port}", $"read_timeout: {timeout},");

        string answer = await GetAsync(gateway);

        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        await AssertCountedAsync(gateway, server.Port, counted, logged);
        await Wait.UntilAsync(() => server.Open == 0);
    }

    [Fact]
    public async Task Whoever_gives_more_than_it_promised_is_believed_its_promise_and_its_connection_not_kept()
    {
        await using StreamServer server = new(stream => AnswerAsync(stream, "gives more than it promises"));
        await using TestGateway gateway = await StartAsync($"127.0.0.1:{server.Port}");

        Assert.EndsWith("\r\n\r\n12345", await GetAsync(gateway), StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n12345", await GetAsync(gateway), StringComparison.Ordinal);

        await Wait.UntilAsync(() => server.Open == 0);
    }

    [Theory]
    [InlineData(false, 502, "success 0, http_failure 1, tcp_failure 1, timeout 0", "connect() failed (111: Connection refused) while connecting to upstream")]
    [InlineData(true, 504, "success 0, http_failure 0, tcp_failure 0, timeout 2", "upstream timed out (110: Connection timed out) while connecting to upstream")]
    public async Task Whoever_cannot_be_reached_is_502_or_504(bool isSilent, int status, string counted, string logged)
    {
        using FullListener full = new();
        int port = isSilent ? full.Port : 1;
        await using TestGateway gateway = await StartAsync($"127.0.0.1:{port}", $"connect_timeout: {(isSilent ? 400 : 60_000)},");

        Assert.StartsWith($"HTTP/1.1 {status} ", await GetAsync(gateway), StringComparison.Ordinal);
        await AssertCountedAsync(gateway, port, counted, logged);
    }

    [Theory]
    [InlineData("server.test", -1, 502)]
    [InlineData("other.test", 1, 502)]
    [InlineData("server.test", 1, 200)]
    public async Task A_certificate_that_has_expired_or_is_for_another_name_is_none(string name, int days, int status)
    {
        using TestAuthority authority = new();
        using X509Certificate2 certificate = authority.Certify(name, DateTimeOffset.UtcNow.AddDays(days));
        await using StreamServer server = new(static stream => AnswerAsync(stream, "answers"), certificate);
        await using TestGateway gateway = await StartAsync(
            $"127.0.0.1:{server.Port}",
            $"protocol: https, tls_verify: true, ca_certificates: [{Authority}],",
            $"ca_certificates: [{{id: {Authority}, cert: {System.Text.Json.JsonSerializer.Serialize(authority.Pem)}}}]");

        Assert.StartsWith($"HTTP/1.1 {status} ", await GetAsync(gateway), StringComparison.Ordinal);
        if (status != 200)
        {
            await AssertCountedAsync(gateway, server.Port, "success 0, http_failure 1, tcp_failure 1, timeout 0", "upstream SSL certificate verify error: (");
            await Wait.UntilAsync(() => server.Open == 0);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("{target: '127.0.0.1:1', weight: 0}")]
    [InlineData("{target: 'nobody.test:1'}")]
    public async Task Nobody_to_go_to_is_503_in_Kongs_words(string targets)
    {
        await using var names = ScriptedNameServer.Start();
        await using TestGateway gateway = await TestGateway.StartAsync(
            $$"""
            _format_version: "3.0"
            services: [{name: s, host: pool.up, routes: [{name: all, paths: [/]}]}]
            upstreams: [{name: pool.up, targets: [{{targets}}]}]
            """,
            new Dictionary<string, string> { ["dns_resolver"] = names.EndPoint.ToString() });

        string answer = await GetAsync(gateway);

        Assert.StartsWith("HTTP/1.1 503 ", answer, StringComparison.Ordinal);
        Assert.Contains("failure to get a peer from the ring-balancer", answer, StringComparison.Ordinal);
        JsonNode health = JsonNode.Parse(await gateway.Admin.GetStringAsync("/upstreams/pool.up/health?balancer_health=1", TestContext.Current.CancellationToken))!;
        Assert.Equal("UNHEALTHY", (string?)health["data"]!["balancer_health"]);
    }

    [Fact]
    public async Task A_retry_that_finds_nobody_any_more_is_503_and_stands_in_the_log()
    {
        await using TestGateway gateway = await StartAsync("127.0.0.1:1", checks: "passive: {unhealthy: {tcp_failures: 1}}");

        Assert.StartsWith("HTTP/1.1 503 ", await GetAsync(gateway), StringComparison.Ordinal);
        await Wait.UntilAsync(() => gateway.ErrorLog.Contains(
            "failed to retry the dns/balancer resolver for 'pool.up' with: failure to get a peer from the ring-balancer", StringComparison.Ordinal));
    }

    private static async Task AnswerAsync(Stream stream, string manner)
    {
        var buffer = new byte[4096];
        if (await stream.ReadAsync(buffer) == 0) return;
        string said = manner switch
        {
            "says half a head" => "HTTP/1.1 200 OK\r\nContent-Le",
            "speaks nonsense" => "220 mail.test\r\n\r\n",
            "gives two lengths" => "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n12345",
            "promises more than it gives" or "stops in the middle" => "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n12345",
            "answers" or "gives more than it promises" => "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n12345" + (manner == "answers" ? "" : "67890"),
            _ => "",
        };
        await stream.WriteAsync(Encoding.ASCII.GetBytes(said));
        if (manner == "resets") ((NetworkStream)stream).Socket.LingerState = new LingerOption(true, 0);

        // Who is silent stays until the gateway has had enough.
        while (manner is "says nothing" or "says half a head" or "stops in the middle" or "gives more than it promises" or "answers" && await stream.ReadAsync(buffer) > 0)
        {
            if (said.EndsWith("12345", StringComparison.Ordinal) || said.EndsWith("67890", StringComparison.Ordinal)) await stream.WriteAsync(Encoding.ASCII.GetBytes(said));
        }
    }

    private static Task<string> GetAsync(TestGateway gateway) => RawClient.ExchangeAsync(
        new IPEndPoint(IPAddress.Loopback, gateway.ProxyPort), "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

    private static async Task AssertCountedAsync(TestGateway gateway, int port, string counted, string logged)
    {
        string path = $"/upstreams/pool.up/targets/127.0.0.1:{port}/history";
        JsonObject requests = [];
        JsonNode address = requests;
        await Wait.UntilAsync(() =>
        {
            address = JsonNode.Parse(gateway.Admin.GetStringAsync(path).GetAwaiter().GetResult())!["addresses"]![0]!;
            requests = address["requests"]!.AsObject();
            return counted == string.Join(", ", requests.Select(static count => $"{count.Key} {count.Value}"));
        });
        Assert.Equal(counted.StartsWith("success 1", StringComparison.Ordinal) ? "healthy" : "mostly_healthy", (string?)address["state"]);
        await Wait.UntilAsync(() => gateway.ErrorLog.Contains(logged, StringComparison.Ordinal));
    }

    private static Task<TestGateway> StartAsync(
        string target,
        string service = "",
        string more = "",
        string checks = "passive: {healthy: {successes: 1}, unhealthy: {http_failures: 9, tcp_failures: 9, timeouts: 9, http_statuses: [502]}}") => TestGateway.StartAsync($$"""
        _format_version: "3.0"
        services: [{name: s, host: pool.up, retries: 1, {{service}} routes: [{name: all, paths: [/]}]}]
        upstreams: [{name: pool.up, host_header: server.test, healthchecks: {{{checks}}}, targets: [{target: "{{target}}"}]}]
        {{more}}
        """);
}
