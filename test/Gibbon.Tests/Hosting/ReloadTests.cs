using System.Net;
using System.Net.Sockets;
using Gibbon.Loopback;
using Gibbon.Testing;

namespace Gibbon.Tests.Hosting;

public sealed class ReloadTests
{
    [Fact]
    public async Task Requests_under_way_finish_and_none_is_lost_while_the_configuration_changes()
    {
        await using FakeUpstream upstream = FakeUpstream.Start();
        await using TestGateway gateway = await TestGateway.StartAsync(Configuration(upstream, "/0"));
        using CancellationTokenSource done = new();
        Task<int>[] clients = [.. Enumerable.Range(0, 4).Select(_ => AskUntil(gateway, done.Token))];

        for (int i = 1; i <= 20; i++)
        {
            await gateway.ReloadAsync(Configuration(upstream, "/" + i));
            Assert.Equal(HttpStatusCode.OK, (await gateway.Client.GetAsync("/" + i)).StatusCode);
        }

        await done.CancelAsync();
        Assert.All(await Task.WhenAll(clients), static answered => Assert.True(answered > 0));
    }

    [Fact]
    public async Task A_broken_configuration_leaves_the_last_good_one_and_says_why()
    {
        await using FakeUpstream upstream = FakeUpstream.Start();
        await using TestGateway gateway = await TestGateway.StartAsync(Configuration(upstream, "/good"));

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => gateway.ReloadAsync("_format_version: \"3.0\"\nservices: [{name: s}]"));

        Assert.Contains("required field missing", failure.Message, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await gateway.Client.GetAsync("/good")).StatusCode);
        await Eventually(() => gateway.ErrorLog.Contains("reload failed, the node goes on as before", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("proxy_listen")]
    [InlineData("admin_listen")]
    public async Task An_address_that_cannot_be_had_leaves_every_door_open_and_says_why(string door)
    {
        await using FakeUpstream upstream = FakeUpstream.Start();
        string configuration = Configuration(upstream, "/good");
        int[] ports = FreePorts.Take(2);
        var doors = new Dictionary<string, string> { ["proxy_listen"] = $"127.0.0.1:{ports[0]}", ["admin_listen"] = $"127.0.0.1:{ports[1]}" };
        await using TestGateway gateway = await TestGateway.StartAsync(configuration, doors);
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => gateway.ReloadAsync(configuration, new Dictionary<string, string>(doors) { [door] = taken.LocalEndpoint.ToString()! }));

        Assert.Contains("already in use", failure.Message, StringComparison.OrdinalIgnoreCase);
        using var client = new HttpClient();
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync($"http://127.0.0.1:{gateway.ProxyPort}/good")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync($"http://127.0.0.1:{gateway.AdminPort}/status")).StatusCode);
        await gateway.ReloadAsync(configuration, new Dictionary<string, string>(doors) { ["headers"] = "off" });
        Assert.False((await client.GetAsync($"http://127.0.0.1:{gateway.ProxyPort}/good")).Headers.Contains("Via"));
    }

    [Fact]
    public async Task A_handshake_that_fails_is_told_in_the_error_log()
    {
        await using FakeUpstream upstream = FakeUpstream.Start();
        await using TestGateway gateway = await TestGateway.StartAsync(
            Configuration(upstream, "/"), new Dictionary<string, string> { ["log_level"] = "info" });
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, gateway.ProxyTlsPort);
        await client.GetStream().WriteAsync("\u0016\u0003\u0001\u0000\u0005nonsense"u8.ToArray());

        await Eventually(() => gateway.ErrorLog.Contains("TLS handshake failed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Settings_that_changed_are_in_force_after_a_reload_and_counters_go_on()
    {
        await using FakeUpstream upstream = FakeUpstream.Start();
        string configuration = Configuration(upstream, "/", "plugins: [{name: rate-limiting, config: {hour: 100, policy: local}}]");
        await using TestGateway gateway = await TestGateway.StartAsync(configuration);
        HttpResponseMessage before = await gateway.Client.GetAsync("/");

        await gateway.ReloadAsync(configuration, new Dictionary<string, string> { ["headers"] = "off" });
        HttpResponseMessage after = await gateway.Client.GetAsync("/");

        Assert.True(before.Headers.Contains("Via"));
        Assert.False(after.Headers.Contains("Via"));
        Assert.Equal("99", before.Headers.GetValues("RateLimit-Remaining").Single());
        Assert.Equal("98", after.Headers.GetValues("RateLimit-Remaining").Single());
    }

    [Fact]
    public async Task A_configuration_from_the_Admin_API_replaces_the_one_before()
    {
        await using FakeUpstream upstream = FakeUpstream.Start();
        await using TestGateway gateway = await TestGateway.StartAsync(Configuration(upstream, "/first"));
        await gateway.LoadAsync(Configuration(upstream, "/posted"));

        Assert.Equal(HttpStatusCode.OK, (await gateway.Client.GetAsync("/posted")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await gateway.Client.GetAsync("/first")).StatusCode);
    }

    [Fact]
    public async Task A_credential_that_is_gone_opens_no_door_after_the_reload()
    {
        await using FakeUpstream upstream = FakeUpstream.Start();
        await using TestGateway gateway = await TestGateway.StartAsync(Keyed(upstream, "old"));
        Assert.Equal(HttpStatusCode.OK, (await gateway.Client.GetAsync("/?apikey=old")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.Client.GetAsync("/?apikey=new")).StatusCode);

        await gateway.ReloadAsync(Keyed(upstream, "new"));

        Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.Client.GetAsync("/?apikey=old")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await gateway.Client.GetAsync("/?apikey=new")).StatusCode);
    }

    private static string Keyed(FakeUpstream upstream, string key) =>
        Configuration(upstream, "/", $"  plugins: [{{name: key-auth}}]\nconsumers: [{{username: u, keyauth_credentials: [{{key: {key}}}]}}]");

    private static string Configuration(FakeUpstream upstream, string path, string more = "") => $"""
        _format_version: "3.0"
        services:
        - name: s
          url: {upstream.Url}
          routes:
          - name: probe
            paths: [/probe]
          - name: r
            paths: [{path}]
        {more}
        """;

    private static async Task<int> AskUntil(TestGateway gateway, CancellationToken done)
    {
        int answered = 0;
        while (!done.IsCancellationRequested)
        {
            using HttpResponseMessage response = await gateway.Client.GetAsync("/probe", CancellationToken.None);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            answered++;
        }

        return answered;
    }

    private static async Task Eventually(Func<bool> condition)
    {
        for (int i = 0; i < 200 && !condition(); i++)
        {
            await Task.Delay(50);
        }

        Assert.True(condition());
    }
}
