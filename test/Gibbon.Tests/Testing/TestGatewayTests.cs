using System.Net;
using Gibbon.Testing;

namespace Gibbon.Tests.Testing;

public sealed class TestGatewayTests
{
    [Fact]
    public async Task It_proxies_to_a_fake_upstream()
    {
        await using var upstream = FakeUpstream.Start(UpstreamAnswer.Text("hello"));
        await using var gateway = await TestGateway.StartAsync(Configuration(upstream, "/orders"));

        Assert.Equal("hello", await gateway.Client.GetStringAsync("/orders/1"));
        Assert.Equal("/1", upstream.Requests.Single().Target);
    }

    [Fact]
    public async Task A_configuration_that_was_loaded_is_live_when_the_call_returns()
    {
        await using var upstream = FakeUpstream.Start();
        await using var gateway = await TestGateway.StartAsync(Configuration(upstream, "/old"));

        await gateway.LoadAsync(Configuration(upstream, "/new"));

        using var old = await gateway.Client.GetAsync("/old");
        using var @new = await gateway.Client.GetAsync("/new");
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.OK), (old.StatusCode, @new.StatusCode));
    }

    [Fact]
    public async Task A_configuration_that_is_refused_changes_nothing()
    {
        await using var upstream = FakeUpstream.Start(UpstreamAnswer.Text("hello"));
        await using var gateway = await TestGateway.StartAsync(Configuration(upstream, "/orders"));

        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => gateway.LoadAsync(Configuration(upstream, "no-slash")));

        Assert.Contains("400", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("hello", await gateway.Client.GetStringAsync("/orders"));
    }

    private static string Configuration(FakeUpstream upstream, string path) => $"""
        _format_version: "3.0"
        services:
        - name: orders
          url: {upstream.Url}
          routes:
          - name: orders
            paths: ["{path}"]
        """;
}
