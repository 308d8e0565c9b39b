using System.Net;
using System.Net.Sockets;
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
        await using TestGateway gateway = await StartAsync(server.EndPoint, $"web.test:{upstream.Port}");

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
        await using TestGateway gateway = await StartAsync(server.EndPoint, "web.test:9");

        Assert.Equal("ok", await gateway.Client.GetStringAsync("/", TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("web.test", "", "web.test:9")]
    [InlineData("pool.up", "upstreams: [{name: pool.up, targets: [{target: 'web.test:9', weight: 7}]}]", "web.test:{0}")]
    [InlineData("pool.up", "upstreams: [{name: pool.up, use_srv_name: true, targets: [{target: 'web.test:9', weight: 7}]}]", "host.test:{0}")]
    public async Task Service_records_give_ports_and_shares_and_only_those_of_the_lowest_priority_count(string host, string upstreams, string expectedHost)
    {
        await using var light = FakeUpstream.Start(UpstreamAnswer.Text("light"));
        await using var heavy = FakeUpstream.Start(UpstreamAnswer.Text("heavy"));
        await using var spare = FakeUpstream.Start(UpstreamAnswer.Text("spare"));
        await using var server = await Dnsmasq.StartAsync(
            $"--srv-host=web.test,host.test,{light.Port},1,1", $"--srv-host=web.test,host.test,{heavy.Port},1,3", $"--srv-host=web.test,host.test,{spare.Port},2,9",
            "--host-record=host.test,127.0.0.1", "--local-ttl=600");
        await using TestGateway gateway = await StartAsync(server.EndPoint, host + ":9", upstreams);

        for (int i = 0; i < 40; i++) await gateway.Client.GetStringAsync("/", TestContext.Current.CancellationToken);

        Assert.Equal((10, 30, 0), (light.Requests.Count, heavy.Requests.Count, spare.Requests.Count));
        Assert.Equal(string.Format(expectedHost, light.Port), light.Requests[0].Header("Host"));
    }

    [Fact]
    public async Task A_name_server_that_is_down_hinders_nobody_who_has_had_an_answer_on_a_retry_neither()
    {
        await using var upstream = FakeUpstream.Start(UpstreamAnswer.Text("ok"));
        await using var server = ScriptedNameServer.Start(static asked => asked.Addresses(1, "127.0.0.2", "127.0.0.1"));
        await using TestGateway gateway = await StartAsync(server.EndPoint, $"web.test:{upstream.Port}");
        Assert.Equal("ok", await gateway.Client.GetStringAsync("/", TestContext.Current.CancellationToken));

        // At the first of the two addresses nobody listens, so that every other request needs a second try.
        server.Answer = static _ => [];
        int asked = server.Questions.Count;
        for (int i = 0; i < 4 || server.Questions.Count == asked; i++)
        {
            Assert.Equal("ok", await gateway.Client.GetStringAsync("/", TestContext.Current.CancellationToken));
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        // Nor does a reload with other settings make anybody wait.
        await gateway.ReloadAsync(
            Configuration($"web.test:{upstream.Port}"),
            new Dictionary<string, string> { ["dns_resolver"] = server.EndPoint.ToString(), ["log_level"] = "info" });
        for (int i = 0; i < 4; i++) Assert.Equal("ok", await gateway.Client.GetStringAsync("/", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_retry_goes_by_the_answer_that_the_request_began_with_however_old_it_has_become()
    {
        await using var upstream = FakeUpstream.Start(UpstreamAnswer.Text("ok"));
        using TcpListener silent = new(IPAddress.Parse("127.0.0.2"), upstream.Port);
        silent.Start();
        bool answered = false;
        await using var server = ScriptedNameServer.Start();
        server.Answer = asked => asked.Type != "A" ? [asked.Addresses(1)] : answered ? [] : [asked.Addresses(1, "127.0.0.2", "127.0.0.1")];
        await using TestGateway gateway = await StartAsync(
            server.EndPoint, $"web.test:{upstream.Port}", more: new() { ["dns_stale_ttl"] = "0" }, service: "read_timeout: 1500,");
        Task<string> asking = gateway.Client.GetStringAsync("/", TestContext.Current.CancellationToken);
        using (await silent.AcceptTcpClientAsync(TestContext.Current.CancellationToken))
        {
            answered = true;
            Assert.Equal("ok", await asking);
        }
    }

    [Theory]
    [InlineData(3, HttpStatusCode.ServiceUnavailable, "name resolution failed")]
    [InlineData(0, HttpStatusCode.ServiceUnavailable, "name resolution failed")]
    [InlineData(2, HttpStatusCode.InternalServerError, "failed the initial dns/balancer resolve for 'web.test' with: dns server error: 2 server failure")]
    public async Task What_the_name_server_says_instead_reaches_the_client_in_Kongs_words(int code, HttpStatusCode status, string message)
    {
        await using var server = ScriptedNameServer.Start(asked => asked.Reply().Code(code).Build());
        await using TestGateway gateway = await StartAsync(server.EndPoint, "web.test:80");

        using HttpResponseMessage answer = await gateway.Client.GetAsync("/", TestContext.Current.CancellationToken);

        Assert.Equal(status, answer.StatusCode);
        Assert.Contains($"\"message\":\"{message}\"", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        await Wait.UntilAsync(() => gateway.ErrorLog.Contains("DNS resolution failed: dns ", StringComparison.Ordinal));
        Assert.Contains(". Tried: [\"web.test:SRV - dns ", gateway.ErrorLog, StringComparison.Ordinal);
    }

    private static Task<TestGateway> StartAsync(
        IPEndPoint server, string authority, string upstreams = "", Dictionary<string, string>? more = null, string service = "") => TestGateway.StartAsync(
        Configuration(authority, upstreams, service), new Dictionary<string, string>(more ?? []) { ["dns_resolver"] = server.ToString() });

    private static string Configuration(string authority, string upstreams = "", string service = "") => $$"""
        _format_version: "3.0"
        services: [{name: s, url: "http://{{authority}}", {{service}} routes: [{name: all, paths: [/]}]}]
        {{upstreams}}
        """;
}
