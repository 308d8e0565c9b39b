using System.Net;
using Gibbon.Certificates;
using Gibbon.Pdk;
using Gibbon.Testing;
using Gibbon.Tests.Certificates;
using Gibbon.Tests.Proxy;

namespace Gibbon.Tests.Gateway;

/// <summary>Who the gateway is to a server that demands a certificate: what plugin, service, upstream and settings say, in this order.</summary>
public sealed class MutualTlsTests
{
    private const string OfService = "11111111-2222-4333-8444-000000000001";
    private const string OfUpstream = "11111111-2222-4333-8444-000000000002";
    private const string Authority = "11111111-2222-4333-8444-000000000003";

    [Theory]
    [InlineData("/plain", HttpStatusCode.BadGateway, "")]
    [InlineData("/upstream", HttpStatusCode.OK, "CN=upstream.test")]
    [InlineData("/service", HttpStatusCode.OK, "CN=service.test")]
    public async Task The_server_sees_the_certificate_of_the_service_before_that_of_the_upstream(string path, HttpStatusCode status, string seen)
    {
        await using DemandingServer server = new("server.test");
        await using TestGateway gateway = await TestGateway.StartAsync(Configuration(server));

        using HttpResponseMessage answer = await gateway.Client.GetAsync(path, TestContext.Current.CancellationToken);

        Assert.Equal((status, seen), (answer.StatusCode, server.Seen.LastOrDefault().Subject ?? ""));
        if (status == HttpStatusCode.OK) Assert.Equal("server.test", server.Seen.Last().ServerName);
    }

    [Fact]
    public async Task The_server_sees_the_certificate_that_a_plugin_set_for_this_request_alone()
    {
        await using DemandingServer server = new("server.test");
        LoadedCertificate own = LoadedCertificate.Load(TestCertificates.For("plugin.test"), out _)!;
        TlsCertificate certificate = new(own.Leaf, own.Chain);
        ProbePlugin plugin = new()
        {
            OnAccess = (context, _) =>
            {
                if (context.Request.GetHeader("X-Own") is not null) Assert.True(context.Service.SetTlsCertificate(certificate).IsOk);
                return default;
            },
        };
        await using TestGateway gateway = await TestGateway.StartAsync(Configuration(server) + "\nplugins: [{name: probe}]", plugins: [plugin]);

        Assert.Equal("CN=plugin.test", await AskAsync("1"));
        Assert.Equal("CN=service.test", await AskAsync(null));
        Assert.Equal("CN=plugin.test", await AskAsync("1"));

        async Task<string> AskAsync(string? own)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/service");
            if (own is not null) request.Headers.Add("X-Own", own);
            using HttpResponseMessage answer = await gateway.Client.SendAsync(request, TestContext.Current.CancellationToken);
            return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        }
    }

    [Theory]
    [InlineData(true, true, 0, HttpStatusCode.OK)]
    [InlineData(true, false, 0, HttpStatusCode.BadGateway)]
    [InlineData(false, false, 0, HttpStatusCode.OK)]
    public async Task A_plugin_decides_whether_the_server_is_verified_and_by_whom(bool verify, bool trusted, int depth, HttpStatusCode status)
    {
        await using DemandingServer server = new("server.test");
        LoadedCertificate own = LoadedCertificate.Load(TestCertificates.For(trusted ? "server.test" : "stranger.test"), out _)!;
        ProbePlugin plugin = new()
        {
            OnAccess = (context, _) =>
            {
                Assert.True(context.Service.SetTlsVerify(verify).IsOk);
                Assert.True(context.Service.SetTlsVerifyDepth(depth).IsOk);
                Assert.True(context.Service.SetTlsVerifyStore([own.Leaf]).IsOk);
                return default;
            },
        };
        await using TestGateway gateway = await TestGateway.StartAsync(Configuration(server) + "\nplugins: [{name: probe}]", plugins: [plugin]);

        using HttpResponseMessage answer = await gateway.Client.GetAsync("/service", TestContext.Current.CancellationToken);

        Assert.Equal(status, answer.StatusCode);
    }

    [Theory]
    [InlineData("server.test", HttpStatusCode.OK)]
    [InlineData("stranger.test", HttpStatusCode.BadGateway)]
    public async Task A_service_may_demand_an_authority_of_the_targets_of_its_upstream(string authority, HttpStatusCode status)
    {
        await using DemandingServer server = new("server.test");
        await using TestGateway gateway = await TestGateway.StartAsync($"""
            {Configuration(server, $"tls_verify: true, ca_certificates: [{Authority}], ")}
            ca_certificates:
            - id: {Authority}
              cert: |
                {Indent(TestCertificates.For(authority).Certificate, 4)}
            """);

        using HttpResponseMessage answer = await gateway.Client.GetAsync("/service", TestContext.Current.CancellationToken);

        Assert.Equal(status, answer.StatusCode);
    }

    private static string Configuration(DemandingServer server, string service = "") => $$"""
        _format_version: "3.0"
        certificates:
        {{Entity("service.test", OfService)}}
        {{Entity("upstream.test", OfUpstream)}}
        upstreams:
        - {name: bare.up, host_header: server.test, targets: [{target: "127.0.0.1:{{server.Port}}"}]}
        - {name: pool.up, host_header: server.test, client_certificate: {id: {{OfUpstream}}}, targets: [{target: "127.0.0.1:{{server.Port}}"}]}
        services:
        - {name: plain, protocol: https, host: bare.up, retries: 0, routes: [{name: plain, paths: [/plain]}]}
        - {name: upstream, protocol: https, host: pool.up, retries: 0, routes: [{name: upstream, paths: [/upstream]}]}
        - {name: service, protocol: https, host: pool.up, retries: 0, client_certificate: {{OfService}}, {{service}}routes: [{name: service, paths: [/service]}]}
        """;

    private static string Entity(string name, string id)
    {
        PemPair pem = TestCertificates.For(name);
        return $"- id: {id}\n  cert: |\n    {Indent(pem.Certificate, 4)}\n  key: |\n    {Indent(pem.Key, 4)}";
    }

    private static string Indent(string pem, int spaces) => pem.Trim().Replace("\n", "\n" + new string(' ', spaces), StringComparison.Ordinal);
}
