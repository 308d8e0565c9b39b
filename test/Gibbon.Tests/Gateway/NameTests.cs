using System.Net;
using Gibbon.Testing;
using Gibbon.Tests.Dns;

namespace Gibbon.Tests.Gateway;

/// <summary>Services that go by names, through the front door.</summary>
public sealed class NameTests
{
    [Fact]
    public async Task Requests_go_to_where_the_name_server_says_in_turns()
    {
        await using var upstream = FakeUpstream.Start(UpstreamAnswer.Text("ok"));
        await using var server = ScriptedNameServer.Start(asked => asked.Addresses(60, "127.0.0.1"));
        await using TestGateway gateway = await StartAsync(server, $"web.test:{upstream.Port}");

        Assert.Equal("ok", await gateway.Client.GetStringAsync("/", TestContext.Current.CancellationToken));
        Assert.Equal($"web.test:{upstream.Port}", Assert.Single(upstream.Requests).Header("Host"));
    }

    [Fact]
    public async Task A_service_record_gives_the_port()
    {
        await using var upstream = FakeUpstream.Start(UpstreamAnswer.Text("ok"));
        await using var server = ScriptedNameServer.Start(asked => (asked.Name, asked.Type) switch
        {
            ("web.test", "SRV") => asked.Reply().Service("web.test", 60, 1, 1, (ushort)upstream.Port, "host.test").Build(),
            ("host.test", "A") => asked.Addresses(60, "127.0.0.1"),
            _ => asked.Reply().Code(3).Build(),
        });
        await using TestGateway gateway = await StartAsync(server, "web.test:9");

        Assert.Equal("ok", await gateway.Client.GetStringAsync("/", TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(3, HttpStatusCode.ServiceUnavailable, "name resolution failed")]
    [InlineData(0, HttpStatusCode.ServiceUnavailable, "name resolution failed")]
    [InlineData(2, HttpStatusCode.InternalServerError, "failed the initial dns/balancer resolve for 'web.test' with: dns server error: 2 server failure")]
    public async Task What_the_name_server_says_instead_reaches_the_client_in_Kongs_words(int code, HttpStatusCode status, string message)
    {
        await using var server = ScriptedNameServer.Start(asked => asked.Reply().Code(code).Build());
        await using TestGateway gateway = await StartAsync(server, "web.test:80");

        using HttpResponseMessage answer = await gateway.Client.GetAsync("/", TestContext.Current.CancellationToken);

        Assert.Equal(status, answer.StatusCode);
        Assert.Contains($"\"message\":\"{message}\"", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static Task<TestGateway> StartAsync(ScriptedNameServer server, string authority) => TestGateway.StartAsync(
        $$"""
        _format_version: "3.0"
        services: [{name: s, url: "http://{{authority}}", routes: [{name: all, paths: [/]}]}]
        """,
        new Dictionary<string, string> { ["dns_resolver"] = server.EndPoint.ToString() });
}
