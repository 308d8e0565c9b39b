using System.Net;
using Gibbon.Testing;

namespace Gibbon.Tests.Gateway;

public sealed class ReloadTests
{
    [Fact]
    public async Task New_configurations_swap_in_without_losing_a_request()
    {
        await using var upstream = FakeUpstream.Start(UpstreamAnswer.Text("ok"));
        await using TestGateway gateway = await TestGateway.StartAsync(Configuration(upstream, 0));
        using var done = new CancellationTokenSource();

        Task<int>[] clients = [.. Enumerable.Range(0, 4).Select(async _ =>
        {
            int asked = 0;
            while (!done.IsCancellationRequested)
            {
                using HttpResponseMessage answer = await gateway.Client.GetAsync("/x", TestContext.Current.CancellationToken);
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                asked++;
            }

            return asked;
        })];
        for (int i = 1; i <= 20; i++) await gateway.LoadAsync(Configuration(upstream, i));
        await done.CancelAsync();

        Assert.All(await Task.WhenAll(clients), asked => Assert.True(asked > 0));
        using HttpResponseMessage last = await gateway.Client.GetAsync("/only-20", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, last.StatusCode);
    }

    [Fact]
    public async Task A_request_under_way_ends_as_it_began()
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var upstream = FakeUpstream.Start(new UpstreamAnswer
        {
            Writer = async (stream, cancellation) =>
            {
                await go.Task;
                await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8.ToArray(), cancellation);
                return true;
            },
        });
        await using TestGateway gateway = await TestGateway.StartAsync(Configuration(upstream, 0));

        Task<string> asking = gateway.Client.GetStringAsync("/x", TestContext.Current.CancellationToken);
        await upstream.NextRequestAsync();
        await gateway.LoadAsync("_format_version: \"3.0\"");
        go.SetResult();

        Assert.Equal("ok", await asking);
        using HttpResponseMessage next = await gateway.Client.GetAsync("/x", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, next.StatusCode);
    }

    [Theory]
    [InlineData("services: [{name: s, host: a, nonsense: true}]\n_format_version: \"3.0\"", "nonsense")]
    [InlineData("_format_version: \"3.0\"\nplugins: [{name: no-such-plugin}]", "no-such-plugin")]
    [InlineData("_format_version: \"3.0\"\nroutes: [", "")]
    [InlineData("_format_version: \"3.0\"\ncertificates: [{cert: nonsense, key: nonsense}]", "certificate")]
    public async Task A_broken_configuration_is_refused_with_its_reason_and_the_last_good_one_stays(string broken, string reason)
    {
        await using var upstream = FakeUpstream.Start(UpstreamAnswer.Text("ok"));
        await using TestGateway gateway = await TestGateway.StartAsync(Configuration(upstream, 0));

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => gateway.LoadAsync(broken));

        Assert.Contains(reason, refused.Message);
        Assert.Equal("ok", await gateway.Client.GetStringAsync("/x", TestContext.Current.CancellationToken));
    }

    private static string Configuration(FakeUpstream upstream, int number) => $$"""
        _format_version: "3.0"
        services: [{name: s, url: {{upstream.Url}}, routes: [{name: x, paths: [/x]}, {name: only, paths: [/only-{{number}}]}]}]
        """;
}
