using System.Net;
using Gibbon.Testing;

namespace Gibbon.Tests.Gateway;

public sealed class BalancingTests
{
    [Fact]
    public async Task Targets_share_the_requests_by_their_weights()
    {
        await using var light = FakeUpstream.Start(UpstreamAnswer.Text("light"));
        await using var heavy = FakeUpstream.Start(UpstreamAnswer.Text("heavy"));
        await using var idle = FakeUpstream.Start(UpstreamAnswer.Text("idle"));
        await using TestGateway gateway = await StartAsync(3, (light.Port, 10), (heavy.Port, 30), (idle.Port, 0));

        for (int i = 0; i < 40; i++) await gateway.Client.GetStringAsync("/", TestContext.Current.CancellationToken);

        Assert.Equal((10, 30, 0), (light.Requests.Count, heavy.Requests.Count, idle.Requests.Count));
        Assert.Equal($"127.0.0.1:{light.Port}", light.Requests[0].Header("Host"));
    }

    [Fact]
    public async Task A_target_that_refuses_is_passed_over_by_a_retry()
    {
        await using var upstream = FakeUpstream.Start(UpstreamAnswer.Text("ok"));
        await using TestGateway gateway = await StartAsync(5, (1, 100), (upstream.Port, 100));

        for (int i = 0; i < 6; i++) Assert.Equal("ok", await gateway.Client.GetStringAsync("/", TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("GET", 3)]
    [InlineData("POST", 1)]
    public async Task What_was_sent_is_tried_again_only_if_that_does_no_harm(string method, int tries)
    {
        await using var upstream = FakeUpstream.Start(UpstreamAnswer.Close);
        await using TestGateway gateway = await StartAsync(2, (upstream.Port, 100));

        using var request = new HttpRequestMessage(new HttpMethod(method), "/");
        using HttpResponseMessage answer = await gateway.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Equal(tries, upstream.Requests.Count);
    }

    [Fact]
    public async Task An_answer_that_is_none_is_not_asked_for_again()
    {
        await using var upstream = FakeUpstream.Start(UpstreamAnswer.Raw("nonsense\r\n\r\n"));
        await using TestGateway gateway = await StartAsync(5, (upstream.Port, 100));

        using HttpResponseMessage answer = await gateway.Client.GetAsync("/", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Single(upstream.Requests);
    }

    private static Task<TestGateway> StartAsync(int retries, params (int Port, int Weight)[] targets) => TestGateway.StartAsync($$"""
        _format_version: "3.0"
        services: [{name: s, host: pool.up, retries: {{retries}}, routes: [{name: all, paths: [/]}]}]
        upstreams: [{name: pool.up, targets: [{{string.Join(", ", targets.Select(t => $"{{target: \"127.0.0.1:{t.Port}\", weight: {t.Weight}}}"))}}]}]
        """);
}
